# Rows "ROUND MEASURE SERVER VALUE" as a Markdown table, a line for each server. Rows that differ in the value alone add up.
#   -v servers="c go"   -v columns="TITLE=KIND MEASURE [OTHER];..."
# Kinds, over the rounds:
#   spread M     median, and from where to where
#   median M
#   sum M
#   ratio M S    median of each round's ratio to server S
#   over M N     median of each round's ratio of measure M to measure N

{ value[$2, $3, $1] += $4; if ($1 > rounds) rounds = $1 }

END {
  server_count = split(servers, server, " ")
  column_count = split(columns, column, ";")
  header = "| server |"; rule = "| --- |"
  for (c = 1; c <= column_count; c++) {
    split(column[c], part, "=")
    header = header " " part[1] " |"; rule = rule " --- |"
    cell[c] = part[2]
  }
  print header; print rule
  for (s = 1; s <= server_count; s++) {
    line = "| " server[s] " |"
    for (c = 1; c <= column_count; c++) line = line " " summary(server[s], cell[c]) " |"
    print line
  }
}

function summary(name, kind,    word) {
  split(kind, word, " ")
  if (word[1] == "ratio") count = gather(word[2], name, word[2], word[3])
  else if (word[1] == "over") count = gather(word[2], name, word[3], name)
  else count = gather(word[2], name)
  if (count == 0) return "-"
  if (word[1] == "sum") return total
  if (word[1] == "ratio" || word[1] == "over") return sprintf("%.2f", median())
  if (word[1] == "spread" && count > 1) return number(median()) " (" number(sorted[1]) " to " number(sorted[count]) ")"
  return number(median())
}

# Fills sorted[1 .. count] and total with the rounds' values, or with their ratios to another value of the same round.
function gather(measure, name, other, other_name,    round, this, i, n) {
  n = 0; total = 0
  for (round = 1; round <= rounds; round++) {
    if (!((measure, name, round) in value)) continue
    this = value[measure, name, round]
    if (other != "") {
      if (!((other, other_name, round) in value) || value[other, other_name, round] == 0) continue
      this /= value[other, other_name, round]
    }
    total += this
    for (i = n++; i > 0 && sorted[i] > this; i--) sorted[i + 1] = sorted[i]
    sorted[i + 1] = this
  }
  return n
}

function median() { return (sorted[int((count + 1) / 2)] + sorted[int(count / 2) + 1]) / 2 }

# Three digits, or all of a whole number.
function number(x) { return sprintf(x >= 99.95 ? "%.0f" : x >= 9.995 ? "%.1f" : x >= 0.9995 ? "%.2f" : "%.3f", x) }
