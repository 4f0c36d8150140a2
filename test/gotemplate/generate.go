// Fills in what Go's own text/template gives for each template of cases.json. To add a case add {"template": "..."} to
// that file and run, in this folder: go run generate.go
// The data and the functions here are those of data.ts.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"text/template"
	"unicode/utf8"
)

type Case struct {
	Template string `json:"template"`
	Output   string `json:"output,omitempty"`
	Bytes    string `json:"bytes,omitempty"`
	Error    string `json:"error,omitempty"`
}

type Pair struct {
	Key, Value string
}

func (p Pair) Join(sep string) string { return p.Key + sep + p.Value }

type Named struct{ Name string }

func (n Named) String() string { return "named " + n.Name }

var data = map[string]any{
	"str": "hello", "empty": "", "uni": "héllo, 世界", "html": `<a href="x">'&'</a>`, "lines": "a\nb\tc\x01",
	"int": 42, "neg": -7, "zero": 0, "big": 1234567, "float": 1.5, "fbig": 1234567.0, "tiny": 0.00001, "pi": 3.14159265, "huge": 1e21, "whole": 2.0,
	"t": true, "f": false, "nil": nil, "u8": uint8(7), "i64": int64(9),
	"list": []any{"a", 1, 2.5, nil, true}, "strs": []string{"x", "y", "z"}, "ints": []int{3, 1, 2}, "none": []any{}, "bytes": []byte("hi"),
	"map": map[string]any{"b": 1, "a": "one", "c": nil, "é": "x"}, "smap": map[string]string{"k": "v"}, "imap": map[int]string{2: "two", 1: "one", 10: "ten"}, "emap": map[string]any{},
	"nested": map[string]any{"x": map[string]any{"y": map[string]any{"z": "deep"}}}, "lists": []any{[]any{1, 2}, []any{"a"}},
	"pair": Pair{"/a", "1"}, "pairs": []Pair{{"/a", "1"}, {"/b", "2"}}, "named": Named{"x"},
	"fn": func(a string, b int) string { return strings.Repeat(a, b) },
}

var functions = template.FuncMap{
	"add":    func(a, b int) int { return a + b },
	"upper":  strings.ToUpper,
	"fail":   func(text string) (string, error) { return "", errors.New(text) },
	"split":  strings.Split,
	"join":   strings.Join,
	"half":   func(a float64) float64 { return a / 2 },
	"same":   func(a any) any { return a },
	"isTrue": func(a bool) bool { return a },
	"count":  func(values ...any) int { return len(values) },
	"or2":    func(first string, rest ...string) int { return len(first) + len(rest) },
}

func main() {
	raw, err := os.ReadFile("cases.json")
	if err != nil {
		panic(err)
	}
	var cases []Case
	if err := json.Unmarshal(raw, &cases); err != nil {
		panic(err)
	}
	for i := range cases {
		cases[i] = run(cases[i].Template)
	}
	var out bytes.Buffer
	out.WriteString("[\n")
	for i, c := range cases {
		var line bytes.Buffer
		encoder := json.NewEncoder(&line)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(c); err != nil {
			panic(err)
		}
		out.WriteString("  " + strings.TrimSpace(line.String()))
		if i < len(cases)-1 {
			out.WriteString(",")
		}
		out.WriteString("\n")
	}
	out.WriteString("]\n")
	if err := os.WriteFile("cases.json", out.Bytes(), 0o644); err != nil {
		panic(err)
	}
}

func run(text string) Case {
	result := Case{Template: text}
	parsed, err := template.New("main").Funcs(functions).Parse(text)
	if err != nil {
		result.Error = err.Error()
		return result
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, data); err != nil {
		result.Error = err.Error()
	} else if utf8.Valid(out.Bytes()) {
		result.Output = out.String()
	} else {
		result.Bytes = base64.StdEncoding.EncodeToString(out.Bytes())
	}
	return result
}
