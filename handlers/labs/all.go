package labs

// all lists the statements in the order in which they are read, group by group.
func all() []Statement {
	return []Statement{
		// state
		stateSessionServer(), stateJWTClient(), stateCookie(), stateToken(), fourAlternatives(),
		stateSessionBackends(), stateGrows(), stateSafer(), tokenOnePerUser(), sessionMemory(), tokenNoTimestamp(),
		cookieTwoWeeks(),
		// sent
		sends(), jwtReadable(), jwtEncrypted(), headerDecrypts(), jwtThreeParts(), jwtSignaturePassword(),
		jwtTamper(), sessionUnreadable(), theftDiscloses(), idOnlyHarmless(), scopedToken(), assetBytes(),
		sizeLimit(), clientWork(), noPasswordAgain(),
		// cost
		sessionLookup(), lookupGrows(), jwtNoLookup(), payloadOnlyLookup(), tokenLookup(), signInLookups(),
		invalidJWTFree(), invalidSessionCosts(), simplePages(), bothCheckUser(), drfSameLookup(), loadSlowsSession(),
		noLoadAfterIssue(), databaseQueue(),
		// ending
		logoutEndsSession(), logoutCookieStore(), jwtNotRevocable(), tokenReplace(), tokenAllOrNone(),
		deleteCookie(), passwordChange(), staleRole(), expiry(), bearerStatement(),
		// refresh
		shortMeansRelogin(), refreshExposure(), refreshSafer(), shortLimitsTheft(), refreshChecked(), refreshEmpty(),
		refreshSameForm(), refreshTheft(),
		// growing
		scaleSession(), scaleSticky(), scaleStore(), scaleJWT(), otherService(), restNeedsToken(), csrf(),
		storageSafer(), cookieDomain(), otherDomain(), corsIsCookies(), cdnNeedsToken(), httpsNeeded(),
		databaseDown(), databaseLeak(),
	}
}

// Labs lists the labs in order.
func Labs() []Lab {
	return []Lab{
		forcedLogout(), theft(), ladder(), staleClaims(), tamper(), clockLab(), moreServers(), secondServiceLab(),
		databaseOff(), databaseLeaked(), howBig(), dayOfWork(), load(),
	}
}
