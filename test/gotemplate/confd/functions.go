package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"text/template"
	"unicode"

	"confd.test/memkv"
)

func functionsOf(store memkv.Store) template.FuncMap {
	return template.FuncMap{
		"exists": store.Exists, "get": store.Get, "getv": store.GetValue, "gets": store.GetAll, "getvs": store.GetAllValues, "ls": store.List, "lsdir": store.ListDir,
		"base": path.Base, "dir": path.Dir, "split": strings.Split, "join": strings.Join, "toUpper": strings.ToUpper, "toLower": strings.ToLower,
		"contains": strings.Contains, "replace": strings.Replace, "trimSuffix": strings.TrimSuffix, "trimPrefix": strings.TrimPrefix,
		"parseBool": strconv.ParseBool, "atoi": strconv.Atoi, "fileExists": func(name string) bool { _, err := os.Stat(name); return err == nil },
		"json": func(text string) (map[string]any, error) {
			var value map[string]any
			err := json.Unmarshal([]byte(text), &value)
			return value, err
		},
		"jsonArray": func(text string) ([]any, error) {
			var value []any
			err := json.Unmarshal([]byte(text), &value)
			return value, err
		},
		"fromJson": func(text string) (any, error) {
			var value any
			err := json.Unmarshal([]byte(text), &value)
			return value, err
		},
		"toJson": func(value any) (string, error) { made, err := json.Marshal(value); return string(made), err },
		"toPrettyJson": func(value any) (string, error) {
			made, err := json.MarshalIndent(value, "", "  ")
			return string(made), err
		},
		"base64Encode": func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) },
		"base64Decode": func(text string) (string, error) {
			made, err := base64.StdEncoding.DecodeString(text)
			return string(made), err
		},
		"sha256sum": func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) },
		"map":       mapOf, "dict": mapOf, "list": func(values ...any) []any { return values },
		"getenv": func(name string, defaults ...string) string {
			if value := os.Getenv(name); value != "" || len(defaults) == 0 {
				return value
			}
			return defaults[0]
		},
		"add": func(a, b int) int { return a + b }, "sub": func(a, b int) int { return a - b }, "mul": func(a, b int) int { return a * b },
		"div": func(a, b int) (int, error) {
			if b == 0 {
				return 0, errors.New("division by zero")
			}
			return a / b, nil
		},
		"mod": func(a, b int) (int, error) {
			if b == 0 {
				return 0, errors.New("modulo by zero")
			}
			return a % b, nil
		},
		"seq": sequence, "reverse": reverse,
		"sortByLength": func(values []string) []string {
			sort.Sort(byLength[string]{values, func(s string) int { return len(s) }})
			return values
		},
		"sortKVByLength": func(values []memkv.KVPair) []memkv.KVPair {
			sort.Sort(byLength[memkv.KVPair]{values, func(p memkv.KVPair) int { return len(p.Key) }})
			return values
		},
		"default": func(otherwise, value any) any {
			if isEmpty(value) {
				return otherwise
			}
			return value
		},
		"empty": isEmpty,
		"ternary": func(yes, no any, condition bool) any {
			if condition {
				return yes
			}
			return no
		},
		"coalesce": func(values ...any) any {
			if at := slices.IndexFunc(values, func(value any) bool { return !isEmpty(value) }); at >= 0 {
				return values[at]
			}
			return nil
		},
		"indent": indent, "nindent": func(spaces int, text string) string { return "\n" + indent(spaces, text) },
		"quote": func(text string) string { return fmt.Sprintf("%q", text) }, "squote": func(text string) string { return "'" + text + "'" },
		"repeat": func(times int, text string) string { return strings.Repeat(text, times) },
		"nospace": func(text string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, text)
		},
		"regexMatch": func(pattern, text string) (bool, error) { return regexp.MatchString(pattern, text) },
		"regexFind": func(pattern, text string) (string, error) {
			compiled, err := regexp.Compile(pattern)
			if err != nil {
				return "", err
			}
			return compiled.FindString(text), nil
		},
		"regexReplaceAll": func(pattern, text, replacement string) (string, error) {
			compiled, err := regexp.Compile(pattern)
			if err != nil {
				return "", err
			}
			return compiled.ReplaceAllString(text, replacement), nil
		},
		"snakecase": func(text string) string { return strings.ToLower(strings.Join(words(text), "_")) },
		"kebabcase": func(text string) string { return strings.ToLower(strings.Join(words(text), "-")) },
		"camelcase": func(text string) string {
			var made strings.Builder
			for i, word := range words(text) {
				if i == 0 {
					made.WriteString(strings.ToLower(word))
				} else {
					made.WriteString(strings.ToUpper(word[:1]) + strings.ToLower(word[1:]))
				}
			}
			return made.String()
		},
		"hasKey": func(values map[string]any, key string) bool { _, found := values[key]; return found },
		"keys":   keysOf,
		"values": func(values map[string]any) []any {
			made := []any{}
			for _, key := range keysOf(values) {
				made = append(made, values[key])
			}
			return made
		},
		"append": func(values []any, value any) []any { return append(slices.Clip(values), value) },
		"pluck": func(key string, maps ...map[string]any) []any {
			made := []any{}
			for _, values := range maps {
				if value, found := values[key]; found {
					made = append(made, value)
				}
			}
			return made
		},
	}
}
