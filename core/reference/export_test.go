package reference

// AddForTest is the addition alone.
var AddForTest = add
