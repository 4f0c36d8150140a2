module confd.test

go 1.22
