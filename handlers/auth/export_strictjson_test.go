package auth

// StrictObject splits a JSON object, for tests.
func StrictObject(text string) (names, values []string, err error) {
	members, err := strictObject(text, nil)
	for _, m := range members {
		names, values = append(names, m.Name), append(values, m.Raw)
	}
	return names, values, err
}
