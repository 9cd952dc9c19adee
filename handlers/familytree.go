package handlers

import (
	"bytes"
	"encoding/hex"
	"slices"

	"github.com/labstack/echo/v4"

	"twodoors/models"
	"twodoors/views"
)

// How many families the devices page tells of, and how many of each one's tokens.
const (
	treeFamilies = 20
	treeTokens   = 12
)

// familyTrees reads what became of the user's refresh tokens: by device for sign-ins that stand, and those that were
// ended before their time.
func (n *Node) familyTrees(c echo.Context, userID int64) (standing map[int64]*views.FamilyTree, ended []views.FamilyTree, err error) {
	trees, err := n.DB.FamilyTrees(c.Request().Context(), userID, n.Now(), treeFamilies, treeTokens)
	if err != nil {
		return nil, nil, err
	}
	standing = make(map[int64]*views.FamilyTree, len(trees))
	for _, t := range trees {
		view := familyTree(t)
		if t.EndedAt.IsZero() {
			standing[t.ID] = &view
		} else {
			ended = append(ended, view)
		}
	}
	return standing, ended, nil
}

func familyTree(t models.FamilyTree) views.FamilyTree {
	view := views.FamilyTree{
		Browser: browserName(t.UserAgent), Carrier: t.Carrier, Since: t.CreatedAt.Time, Expires: t.ExpiresAt.Time, Ended: t.EndedAt.Time,
		Earlier: t.Total - len(t.Tokens), EndKey: "tree.end.other",
	}
	switch t.EndReason {
	case "signed-out", "revoked", models.ReasonReuse, models.ReasonReplaced:
		view.EndKey = "tree.end." + t.EndReason
	}
	for i, token := range t.Tokens {
		number := view.Earlier + i + 1
		// The successor is mostly the next one, unless a password was changed at the same moment.
		next := slices.IndexFunc(t.Tokens, func(o models.RefreshToken) bool { return bytes.Equal(o.Hash, token.Successor) })
		view.Tokens = append(view.Tokens, treeToken(t.Family, token, number, view.Earlier+next+1))
	}
	return view
}

// treeToken tells what happened to a token, in the order in which it can have happened.
func treeToken(f models.Family, t models.RefreshToken, number, next int) views.TreeToken {
	node := views.TreeToken{Number: number, Hash: cutHash(t.Hash)}
	issued := "issued"
	switch {
	case len(t.Parent) == 0 && number == 1:
		issued = "first"
	case len(t.Parent) == 0:
		issued = "renewed"
	}
	node.Events = append(node.Events, views.TreeEvent{Kind: issued, At: t.IssuedAt.Time})
	switch {
	case !t.UsedAt.IsZero() && len(t.Successor) > 0:
		node.State = "used"
		node.Events = append(node.Events, views.TreeEvent{Kind: "used", Next: next, At: t.UsedAt.Time})
	case !t.UsedAt.IsZero():
		node.State = "void"
		node.Events = append(node.Events, views.TreeEvent{Kind: "void", At: t.UsedAt.Time})
	case !f.EndedAt.IsZero():
		node.State = "ended"
		node.Events = append(node.Events, views.TreeEvent{Kind: "ended", At: f.EndedAt.Time})
	default:
		node.State = "good"
		node.Events = append(node.Events, views.TreeEvent{Kind: "good", At: f.ExpiresAt.Time})
	}
	if t.Retries > 0 {
		node.Events = append(node.Events, views.TreeEvent{Kind: "retried", Count: t.Retries, At: t.RetriedAt.Time})
	}
	if !t.ReusedAt.IsZero() {
		node.Events = append(node.Events, views.TreeEvent{Kind: "reused", At: t.ReusedAt.Time})
	}
	return node
}

// cutHash is a hash's first and last four digits.
func cutHash(hash []byte) string {
	digits := hex.EncodeToString(hash)
	if len(digits) < 8 {
		return digits
	}
	return digits[:4] + "…" + digits[len(digits)-4:]
}
