#!/bin/sh
# Logs in, creates a campaign over a queue of the installation, loads leads, starts it, and asks how far it is until its
# end. Needs curl only; a subscription needs a WebSocket client, see ../typescript.
#
#   OUTDIAL_USER=demo-administrator OUTDIAL_PASSWORD=... sh examples/shell/dial.sh [leads.csv]
set -eu

url="${OUTDIAL_URL:-http://127.0.0.1:4000}/graphql"
pilot="${OUTDIAL_PILOT:-9000}"
token=''

fail() {
  echo "$*" >&2
  exit 1
}

# ask QUERY [VARIABLES]: the answer, on one line. Neither may hold a double quote that is not escaped, except as JSON.
ask() {
  query=$(printf '%s' "$1" | tr '\n' ' ')
  answer=$(curl -sS "$url" -H 'content-type: application/json' -H "authorization: Bearer $token" \
    -d "{\"query\":\"$query\",\"variables\":${2:-{\}}}")
  check "$answer"
}

check() {
  case $1 in
  *'"errors":'*) fail "The server refused: $1" ;;
  esac
  printf '%s' "$1"
}

# value NAME: the first field of the name, from an answer on standard input.
value() {
  sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1
}

# day DAYS: that many days from now, for GNU and for BSD date.
day() {
  date -u -d "+$1 days" +%F 2>/dev/null || date -u -v "+$1d" +%F
}

session=$(curl -sS "$url" -H 'content-type: application/json' -d "{
  \"query\": \"mutation (\$input: LoginInput!) { login(input: \$input) { token user { groups { id } } } }\",
  \"variables\": { \"input\": { \"username\": \"${OUTDIAL_USER:?}\", \"password\": \"${OUTDIAL_PASSWORD:?}\" } }
}")
session=$(check "$session")
token=$(echo "$session" | value token)
group=$(echo "$session" | sed 's/.*"groups"//' | value id)
queue=$(ask '{ queues(first: 1, filter: { type: IVR }) { nodes { id } } }' | value id)
[ -n "$group" ] && [ -n "$queue" ] || fail 'A group and a queue of the type IVR are needed'

# shellcheck disable=SC2016
campaign=$(ask 'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { campaign { id } } }' "{
  \"input\": {
    \"name\": \"Example $(date -u +%FT%TZ) $$\",
    \"groupId\": \"$group\",
    \"firstDay\": \"$(day 0)\", \"lastDay\": \"$(day 1)\",
    \"startTime\": \"00:00\", \"endTime\": \"23:59:59\", \"timeZone\": \"UTC\",
    \"weekdays\": [\"MONDAY\", \"TUESDAY\", \"WEDNESDAY\", \"THURSDAY\", \"FRIDAY\", \"SATURDAY\", \"SUNDAY\"],
    \"pilotNumber\": \"$pilot\", \"type\": \"IVR\", \"queueId\": \"$queue\", \"maxAttempts\": 1, \"retryMinutes\": 1,
    \"ringTimeoutSeconds\": 20
  }
}" | value id)
echo "Campaign $campaign"

leads="${1:-}"
if [ -z "$leads" ]; then
  leads=$(mktemp)
  trap 'rm -f "$leads"' EXIT
  for row in 0 1 2 3 4 5 6 7 8 9; do echo "Example $row,+55418301600$row"; done >"$leads"
fi
# The GraphQL multipart request specification: the operation, what the file stands for, and the file.
uploaded=$(curl -sS "$url" -H "authorization: Bearer $token" -H 'apollo-require-preflight: true' \
  -F "operations={
    \"query\": \"mutation (\$input: UploadLeadsInput!, \$file: Upload!) { uploadLeads(input: \$input, file: \$file) { upload { rowsRead loaded rejected } } }\",
    \"variables\": { \"input\": { \"campaignId\": \"$campaign\" }, \"file\": null }
  }" -F 'map={ "0": ["variables.file"] }' -F "0=@$leads;filename=leads.csv")
uploaded=$(check "$uploaded")
echo "Loaded $(echo "$uploaded" | value loaded) of $(echo "$uploaded" | value rowsRead) leads"

# shellcheck disable=SC2016
ask 'mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { state } } }' \
  "{ \"input\": { \"id\": \"$campaign\" } }" >/dev/null

while :; do
  # shellcheck disable=SC2016
  state=$(ask 'query ($id: ID!) { campaign(id: $id) { state counters {
    inFlight { flying: total } leads { total notCalled success busy declined failed } } } }' "{ \"id\": \"$campaign\" }")
  total=$(echo "$state" | value total)
  echo "$((total - $(echo "$state" | value notCalled)))/$total called, $(echo "$state" | value success) transferred," \
    "$(echo "$state" | value busy) busy, $(echo "$state" | value flying) in flight"
  # It stops by itself when no lead is left to call.
  [ "$(echo "$state" | value state)" = STOPPED ] && break
  sleep 1
done
echo 'Done'
