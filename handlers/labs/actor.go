package labs

// Actor is who sends a request.
type Actor string

// The actors.
const (
	Owner        Actor = "owner"         // the user, in a browser
	SecondDevice Actor = "second-device" // the same user elsewhere
	ThirdDevice  Actor = "third-device"
	Thief        Actor = "thief"      // holds copies of the owner's credentials
	OtherSite    Actor = "other-site" // a page of another site, in the owner's browser
	Admin        Actor = "admin"      // an admin of the owner's team
	Script       Actor = "script"     // a program without a browser
	Reports      Actor = "reports"    // a second service, which asks for the app's keys
)

// Name is how the actor is called.
func (a Actor) Name() Words {
	return map[Actor]Words{
		Owner: {"owner", "주인"}, SecondDevice: {"second device", "두 번째 기기"}, ThirdDevice: {"third device", "세 번째 기기"},
		Thief: {"thief", "도둑"}, OtherSite: {"other site", "다른 사이트"}, Admin: {"admin", "관리자"}, Script: {"script", "스크립트"},
		Reports: {"Reports", "Reports"},
	}[a]
}

// address is the actor's network address, of those kept for documentation (RFC 5737).
func (a Actor) address() string {
	switch a {
	case Thief:
		return "203.0.113.66"
	case SecondDevice:
		return "192.0.2.2"
	case ThirdDevice:
		return "192.0.2.3"
	case Admin:
		return "192.0.2.9"
	case Script:
		return "198.51.100.7"
	case Reports:
		return "198.51.100.20"
	}
	return "192.0.2.1"
}

// agent is the User-Agent header that the actor sends.
func (a Actor) agent() string {
	switch a {
	case Script:
		return "twodoors-labs/1"
	case Reports:
		return "reports/1"
	}
	return "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
}
