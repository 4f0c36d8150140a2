// Package memkv reads keys as confd's store of that name does, with all that is odd about its listings.
package memkv

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"
)

type KVPair struct{ Key, Value string }

type KVPairs []KVPair

type Store map[string]string

func (s Store) Exists(key string) bool { _, found := s[key]; return found }

func (s Store) Get(key string) (KVPair, error) {
	value, found := s[key]
	if !found {
		return KVPair{}, missing(key)
	}
	return KVPair{key, value}, nil
}

func (s Store) GetValue(key string, defaults ...string) (string, error) {
	if value, found := s[key]; found {
		return value, nil
	}
	if len(defaults) > 0 {
		return defaults[0], nil
	}
	return "", missing(key)
}

func (s Store) GetAll(pattern string) (KVPairs, error) {
	pairs := KVPairs{}
	for key, value := range s {
		matched, err := path.Match(pattern, key)
		if err != nil {
			return nil, fmt.Errorf("invalid pattern %q: %w", pattern, err)
		}
		if matched {
			pairs = append(pairs, KVPair{key, value})
		}
	}
	slices.SortFunc(pairs, func(a, b KVPair) int { return strings.Compare(a.Key, b.Key) })
	return pairs, nil
}

func (s Store) GetAllValues(pattern string) ([]string, error) {
	pairs, err := s.GetAll(pattern)
	values := []string{}
	for _, pair := range pairs {
		values = append(values, pair.Value)
	}
	sort.Strings(values)
	return values, err
}

// List takes a path apart at its slashes: the root is then two empty parts, and no directory begins with them.
func (s Store) List(name string) []string {
	found := map[string]bool{}
	for key := range s {
		if key == name {
			found[path.Base(key)] = true
		} else if begins(parts(path.Dir(key)), parts(name)) {
			rest := strings.TrimPrefix(strings.TrimPrefix(key, name), "/")
			found[strings.SplitN(rest, "/", 2)[0]] = true
		}
	}
	return sorted(found)
}

func (s Store) ListDir(name string) []string {
	found := map[string]bool{}
	for key := range s {
		directory, prefix := parts(path.Dir(key)), parts(name)
		if strings.HasPrefix(key, name) && begins(directory, prefix) && len(directory) > len(prefix) {
			found[directory[len(prefix)]] = true
		}
	}
	return sorted(found)
}

func missing(key string) error { return fmt.Errorf("key does not exist: %s", key) }

func parts(name string) []string { return strings.Split(path.Clean(name), "/") }

func begins(all, prefix []string) bool {
	return len(all) >= len(prefix) && slices.Equal(all[:len(prefix)], prefix)
}

func sorted(names map[string]bool) []string {
	made := []string{}
	for name := range names {
		made = append(made, name)
	}
	sort.Strings(made)
	return made
}
