package auth

import "time"

// TokenLimits are the limits of time of JWT mode.
type TokenLimits struct {
	Access   time.Duration // an access token's life
	Max      time.Duration // absolute end of a sign-in that is not remembered
	Remember time.Duration // absolute end of a remembered one: the refresh token's longest life
	Grace    time.Duration // how long a used refresh token may be presented once more
	Verified int           // how many tokens that were found good are remembered, so that their signature is not checked again; 0: none
}

// Cookie names of JWT mode without their prefixes.
const (
	accessCookie  = "twodoors-access"
	refreshCookie = "twodoors-refresh"
	markerCookie  = "twodoors-carrier" // "header": the access token is in the page's memory; no secret
)
