package labs

// HeaderDecryptsOf is the statement with an encrypted JWT that is made otherwise; EncryptedJWT makes its own.
var (
	HeaderDecryptsOf = headerDecryptsOf
	EncryptedJWT     = encryptedJWT
)
