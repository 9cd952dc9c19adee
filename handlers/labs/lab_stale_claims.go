package labs

import (
	"fmt"
	"time"

	"twodoors/models"
)

// staleClaims changes a user who is signed in.
func staleClaims() Lab {
	return Lab{
		ID: "stale-claims", Title: Say("Stale claims", "낡은 클레임"),
		About: Say("The owner is signed in, and something about them changes elsewhere. When does each door notice?",
			"주인이 로그인해 있는 동안 다른 곳에서 무언가 바뀌어요. 각 문은 언제 알아챌까요?"),
		Look:       Say("Pages that act on a role read it whatever the door says: the admin page is never opened by an old claim.", "역할에 따라 일하는 페이지는 문이 무엇이라 하든 역할을 다시 읽어요. 낡은 클레임으로는 관리자 페이지가 열리지 않아요."),
		Statements: []string{"stale-role", "both-check-user", "password-change"},
		Controls: []Control{
			{Name: "change", Kind: Choice, Default: "demote", Label: Words{"What changes", "무엇이 바뀌나요?"}, Options: []Option{
				{"demote", Words{"an admin is made a member", "관리자가 회원이 돼요"}},
				{"deactivate", Words{"the account is deactivated", "계정이 비활성화돼요"}},
				{"password", Words{"the password is changed on another device", "다른 기기에서 비밀번호를 바꿔요"}},
			}},
			accessLife(),
		},
		Play: func(p *Play, c Chosen) {
			const most = 15 * 24 * time.Hour
			lives := Lives{Caption: Say("How long the old truth was believed", "옛 사실을 믿은 시간"), Most: most}
			grid := Grid{Caption: Say("The next request", "다음 요청"), Corner: Say("door", "문"), Columns: []Words{{"answer", "답"}, {"role that the app sees", "앱이 보는 역할"}, {"admin page", "관리자 페이지"}, {"lookups", "조회"}}}
			for _, d := range everyDoor(AccessLife(c.Minutes("access"))) {
				w := p.Environment(d.settings...)
				if c["change"] == "demote" {
					w.SetRole(models.RoleAdmin)
				}
				owner := w.Client(Owner)
				p.Step("The owner signs in, then the change is made: "+d.name.EN+".", "주인이 로그인한 뒤 바뀌어요: "+d.name.KO+".")
				owner.SignIn(d.mode)
				switch c["change"] {
				case "demote":
					w.SetRole(models.RoleMember)
				case "deactivate":
					w.SetActive(false)
				default:
					other := w.Client(SecondDevice)
					other.SignIn(d.mode)
					other.ChangePassword(d.mode)
				}
				next := owner.Me(d.mode)
				role := next.Role()
				if role == "" {
					role = "–"
				}
				admin := owner.AdminPage(d.mode)
				grid.Rows = append(grid.Rows, GridRow{Name: d.name, Mode: d.mode, Cells: []Cell{
					Came(next), {Text: roleName(role)}, Came(admin), Count(next.Auth()),
				}})
				stale := w.holdsFor(most, func() bool {
					a := w.observer(owner).Me(d.mode)
					return a.In() && (c["change"] != "demote" || a.Role() == models.RoleAdmin)
				})
				lives.Rows = append(lives.Rows, Life{Name: d.name, Mode: d.mode, Span: stale})
			}
			atOnce := 0
			for _, l := range lives.Rows {
				if l.Span == 0 {
					atOnce++
				}
			}
			p.Spans(lives)
			p.Say(fmt.Sprintf("%d of %d noticed at the next request.", atOnce, len(lives.Rows)), fmt.Sprintf("%d가지 가운데 %d가지가 다음 요청에서 알아챘어요.", len(lives.Rows), atOnce))
			p.Table(grid)
		},
	}
}
