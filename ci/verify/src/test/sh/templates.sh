#!/bin/sh
# Runs the commands of a template in ci/templates for real, against a new git repository.
#
#   templates.sh github|gitlab|pre-commit ROOT WORK
#
# `sluice` is on the PATH; programs of the platforms (gh, curl) are replaced by ones that take notes.
set -eu
template=$1 root=$2 work=$3
templates=$root/ci/templates
calls=$work/calls
PATH=$work/fake:$PATH
export PATH

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# expect CODE COMMAND…
expect() {
  wanted=$1
  shift
  code=0
  "$@" || code=$?
  [ "$code" = "$wanted" ] || fail "exit $code instead of $wanted: $*"
}

# The lines of the block scalar behind the first line that matches $2, after one that matches $1.
block() {
  awk -v start="$1" -v head="$2" '
    !found && $0 ~ start { found = 1 }
    found && !inside && $0 ~ head { inside = 1; next }
    inside {
      if ($0 ~ /^ *$/) { print ""; next }
      match($0, /^ */)
      if (!depth) depth = RLENGTH
      if (RLENGTH < depth) exit
      print substr($0, depth + 1)
    }' "$3" >"$work/block.sh"
  [ -s "$work/block.sh" ] || fail "no block $1 in $3"
  ! grep -q '[$][{][{]' "$work/block.sh" || fail "an expression inside the commands of $1"
}

repository() {
  mkdir -p "$work/repository" "$work/fake"
  cd "$work/repository"
  git init -q -b main .
  git config user.name 'A Tester'
  git config user.email tester@sluice.example
  cp -R "$root/examples/shop" policies
  git add -A
  git commit -q -m base
  base=$(git rev-parse HEAD)
  git checkout -q -b change
}

# A program that notes its arguments and prints what the file `answer` says.
fake() {
  cat >"$work/fake/$1" <<FAKE
#!/bin/sh
echo "$1 \$*" >>"$calls"
cat "$work/answer"
FAKE
  chmod +x "$work/fake/$1"
  : >"$work/answer"
}

edit() {
  sed "s/$2/$3/" "policies/$1" >"$work/edited"
  cmp -s "$work/edited" "policies/$1" && fail "nothing to edit in $1"
  cp "$work/edited" "policies/$1"
  git commit -q -a -m "edit $1"
}

called() {
  grep -q -e "$1" "$calls" || fail "no call like: $1"
}

has() {
  grep -q -e "$2" "$1" || fail "$1 does not have: $2"
}

github_step() {
  block "name: $1\$" '^ *run: [|]' "$templates/github/action.yml"
  sh -e "$work/block.sh" >"$work/out" 2>&1
}

github() {
  fake gh
  GITHUB_STEP_SUMMARY=$work/summary GITHUB_REPOSITORY=shop/mesh SLUICE_PULL=7
  SLUICE_PATH=policies SLUICE_FAIL_ON=error SLUICE_BASE=$base SLUICE_WIDENING=forbid
  export GITHUB_STEP_SUMMARY GITHUB_REPOSITORY SLUICE_PULL
  export SLUICE_PATH SLUICE_FAIL_ON SLUICE_BASE SLUICE_WIDENING

  expect 0 github_step Check
  has sluice.sarif '"version" : "2.1.0"'
  has sluice.xml '<testsuite '
  expect 0 github_step Test
  expect 0 github_step Compare
  expect 0 github_step Summary
  has "$work/summary" '<!-- sluice check -->'
  has "$work/summary" '<!-- sluice diff -->'
  expect 0 github_step Comment
  called '-X POST repos/shop/mesh/issues/7/comments -F body=@sluice-check.md'
  called '-X POST repos/shop/mesh/issues/7/comments -F body=@sluice-test.md'
  called '-X POST repos/shop/mesh/issues/7/comments -F body=@sluice-diff.md'

  edit policies/catalog-not-platform.yaml platform ops
  expect 0 github_step Check
  expect 1 github_step Test
  has "$work/out" '^::error file=policies/shop-tests.yaml,line='
  expect 1 github_step Compare
  has sluice-diff.md widening
  SLUICE_WIDENING=allow
  expect 0 github_step Compare
  echo 4711 >"$work/answer"
  expect 0 github_step Comment
  called '-X PATCH repos/shop/mesh/issues/comments/4711 -F body=@sluice-diff.md'

  edit policies/catalog-not-platform.yaml namespaces: namespace:
  expect 1 github_step Check
  has "$work/out" '^::error file=policies/policies/catalog-not-platform.yaml,line='
  has sluice.sarif SLU1103

  git mv policies mesh
  git commit -q -m moved
  SLUICE_PATH=mesh
  expect 0 github_step Compare
  has "$work/out" 'nothing to compare'
}

gitlab_job() {
  block "^  $1:" '^  - [|]' "$templates/gitlab/templates/sluice.yml"
  sh -e "$work/block.sh" >"$work/out" 2>&1
}

gitlab() {
  fake curl
  SLUICE_PATH=policies SLUICE_FAIL_ON=error CI_MERGE_REQUEST_DIFF_BASE_SHA=$base
  CI_API_V4_URL=https://git.example/api/v4 CI_PROJECT_ID=3 CI_MERGE_REQUEST_IID=7
  export SLUICE_PATH SLUICE_FAIL_ON CI_MERGE_REQUEST_DIFF_BASE_SHA
  export CI_API_V4_URL CI_PROJECT_ID CI_MERGE_REQUEST_IID

  expect 0 gitlab_job script
  has sluice.sarif '"version" : "2.1.0"'
  has sluice.xml '<testsuite '
  expect 0 gitlab_job after_script
  [ ! -e "$calls" ] || fail 'a comment without a token'
  SLUICE_TOKEN=secret
  export SLUICE_TOKEN
  printf '%s\n' '[{"id": 1, "body": "hello"}]' >"$work/answer"
  expect 0 gitlab_job after_script
  called '-X POST --data-urlencode body@sluice-check.md https://git.example/api/v4/projects/3/merge_requests/7/notes'
  called '-X POST --data-urlencode body@sluice-diff.md '
  has sluice-test.xml '<testcase '
  ! grep -q secret "$calls" || fail 'the token is on a command line'

  edit policies/catalog-not-platform.yaml platform ops
  expect 1 gitlab_job script
  has sluice-diff.md widening
  CI_MERGE_REQUEST_LABELS=other,widening-approved
  export CI_MERGE_REQUEST_LABELS
  expect 1 gitlab_job script # the label opens the gate, not the policy tests
  git rm -q policies/shop-tests.yaml
  git commit -q -m 'no tests'
  expect 0 gitlab_job script
  printf '%s\n' '[{"id": 1, "body": "hello"}, {"id": 42, "body": "<!-- sluice diff -->\nold"}]' >"$work/answer"
  expect 0 gitlab_job after_script
  called '-X PUT --data-urlencode body@sluice-diff.md https://git.example/api/v4/projects/3/merge_requests/7/notes/42'

  edit policies/catalog-not-platform.yaml namespaces: namespace:
  expect 1 gitlab_job script
  has sluice.sarif SLU1103
}

# Runs a hook as pre-commit does: the entry of its definition with the arguments of the sample.
hook() {
  entry=$(awk -v id="- id: $1" '$0 == id { on = 1 } on && /^  entry: / { sub(/^  entry: /, ""); print; exit }' \
    "$root/.pre-commit-hooks.yaml")
  arguments=$(awk -v id="  - id: $1" '$0 == id { on = 1 } on && /^    args: / { sub(/^    args: \[/, ""); sub(/\].*/, ""); gsub(/[",]/, ""); print; exit }' \
    "$templates/pre-commit/.pre-commit-config.yaml")
  [ -n "$entry" ] && [ -n "$arguments" ] || fail "no hook $1"
  # shellcheck disable=SC2086 # both are words
  $entry $arguments >"$work/out" 2>&1
}

pre_commit() {
  git update-ref refs/remotes/origin/main "$base"
  expect 0 hook sluice-check
  expect 0 hook sluice-widening
  expect 0 hook sluice-test

  edit policies/catalog-not-platform.yaml platform ops
  expect 0 hook sluice-check
  expect 1 hook sluice-test
  expect 1 hook sluice-widening

  edit policies/catalog-not-platform.yaml namespaces: namespace:
  expect 1 hook sluice-check
}

repository
case $template in
  github) github ;;
  gitlab) gitlab ;;
  pre-commit) pre_commit ;;
  *) fail "no template $template" ;;
esac
echo "$template works"
