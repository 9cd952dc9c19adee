// Package browsertest drives real Chromium browsers in tests.
//
// One headless Chromium is started per test process, at the first Open, and ends with the process. Every
// Browser is a profile of its own in it (cookies, storage, cache), so that one test can hold several visitors;
// every Tab is a tab of its Browser. The methods wait for what they need and fail the test with the address
// and the text of the page when it does not come. What a page reports as an error on its console fails the
// test as well.
package browsertest
