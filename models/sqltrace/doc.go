// Package sqltrace records every statement that leaves for the database during
// one request, at the database/sql driver: raw SQL, preloads, transactions and
// prepared statements alike. GORM's callbacks miss statements made beside them;
// nothing reaches a database without passing its driver.
//
// A request carries a [Recorder] in its context. The code in between says what a
// lookup is made for ([For]) and what it is called ([Label]). Work that belongs to
// no request says so too ([Background]); whatever is left over is reported as a
// statement without a request.
package sqltrace
