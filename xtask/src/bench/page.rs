//! The page of the numbers.

use std::fmt::Write as _;

use serde_json::Value;

/// The contents of `docs/generated/bench.md`.
pub(super) fn render(numbers: &Value) -> String {
    let mut page = format!(
        "# How fast it is\n\n\
         Written by `cargo xtask bench` with its numbers in `bench.json`; do not edit. Measured on a machine of {} cores, \
         which the\nserver, the client and whatever else runs there share: read the ratios, and of the times their order. \
         Contestants run in\nturns, A B C A B C; a number is the median of the rounds, with the least and the most beside \
         it, and a ratio of two\ncontestants is the median of the rounds' own ratios. *By the ideal* is a median by a \
         constant, what ndjson adds is a\ndifference of two medians, and what is counted (instructions, allocations) is \
         counted once. How and why:\n[ADR 16](../adr/0016-how-speed-is-measured.md).\n\n\
         Beside ours there are:\n\n\
         - *naive*: what somebody would write who needs one list today: page after page with `reqwest`, into plain structs.\n\
         - *wire*: a client that reads the same bytes and drops them.\n\n\
         In *decode* a page is read in these ways:\n\n\
         - *owned*: into plain structs; what they do not know is dropped. The others are held against this one.\n\
         - *from-text*: the same structs, of a text that was checked once to be UTF-8.\n\
         - *found-first*: each row is found first and read then: what it costs to keep a row's text where serde does it \
         alone.\n\
         - *ours-native*: our native rows, with their bytes.\n\
         - *ours-walked*: the same as a client delivers them, with the request and the walk.\n\
         - *ours-domain*: rows of the domain, also with the request and the walk. What mapping adds, by plain structs, is\n  \
         (ours-domain - ours-walked) / owned.\n\n",
        numbers["cores"]
    );
    if numbers["quick"] == true {
        page.push_str("A quick run: shorter lists and fewer rounds than a whole one has.\n");
    }
    if numbers["load"].is_number() {
        let load = number(&numbers["load"]);
        let _ = writeln!(
            page,
            "The machine's load was {load} when the measuring began: above the number of cores, the numbers are rough.\n"
        );
    }
    let measures = list(numbers, "measures");
    let targets: Vec<&Value> = measures
        .iter()
        .chain([&numbers["decode"]])
        .flat_map(|measured| list(measured, "targets"))
        .collect();
    let met = targets.iter().filter(|target| target["met"] == true).count();
    let _ = writeln!(page, "## Targets\n\n{met} of {} are met.\n", targets.len());
    page.push_str("| target | seen | bound | |\n|---|---|---|---|\n");
    for target in targets {
        let _ = writeln!(
            page,
            "| {} | {} {} | at {} {} | {} |",
            text(&target["what"]),
            number(&target["value"]),
            text(&target["unit"]),
            text(&target["at"]),
            number(&target["bound"]),
            if target["met"] == true {
                "met"
            } else {
                "**NOT MET**"
            }
        );
    }
    let skipped = list(numbers, "skipped");
    let _ = writeln!(
        page,
        "\n{} skipped{}",
        skipped.len(),
        if skipped.is_empty() { "." } else { ":" }
    );
    for skipped in skipped {
        let _ = writeln!(page, "- {}: {}", text(&skipped["what"]), text(&skipped["why"]));
    }
    page.push_str("\n## What was seen\n");
    for measure in measures {
        let _ = writeln!(
            page,
            "\n### {}\n\n{}.",
            text(&measure["name"]),
            capital(text(&measure["about"]))
        );
        for note in list(measure, "notes") {
            let _ = writeln!(page, "{}", text(note));
        }
        page.push_str("\n| | median | least | most |\n|---|--:|--:|--:|\n");
        for timed in list(measure, "contestants") {
            let _ = writeln!(
                page,
                "| {} | {} {} | {} | {} |",
                text(&timed["name"]),
                number(&timed["median"]),
                text(&timed["unit"]),
                number(&timed["least"]),
                number(&timed["most"])
            );
        }
    }
    counts(&mut page, &numbers["decode"]);
    page
}

/// What `bench/cost` counts of rows: numbers that repeat from run to run.
fn counts(page: &mut String, counts: &Value) {
    let Value::Object(contestants) = &counts["allocations"] else {
        return;
    };
    page.push_str(
        "\n### decode\n\nWhat reading a page costs, and mapping its rows.\n\n\
         | | allocations by row | and by page | instructions of a page of 100 |\n|---|--:|--:|--:|\n",
    );
    for (contestant, allocations) in contestants {
        let _ = writeln!(
            page,
            "| {contestant} | {} | {} | {} |",
            number(&allocations["per_row"]),
            number(&allocations["per_page"]),
            number(&counts["instructions"][contestant])
        );
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// With as many digits as mean something here.
fn number(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if number.abs() >= 100.0 => format!("{number:.0}"),
        Some(number) if number.abs() >= 10.0 => format!("{number:.1}"),
        Some(number) => format!("{number:.2}"),
        None => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_met_stands_out_and_what_was_skipped_is_counted_with_its_reason() {
        let target = |what: &str, met: bool| json!({"what": what, "value": 0.5, "unit": "x", "bound": 0.4, "at": "most", "met": met});
        let measure = json!({
            "name": "a", "about": "b", "notes": [],
            "contestants": [{"name": "ours", "median": 123.4, "least": 1, "most": 2, "unit": "ms"}],
            "targets": [target("slow", false), target("fast", true)],
        });
        let skipped = json!([{"what": "pybanyan", "why": "no Python"}]);
        let decode = json!({
            "allocations": {"a-users/owned": {"per_row": 7.1, "per_page": 2.0}},
            "instructions": {"a-users/owned": 1234},
            "targets": [target("few", true)],
        });
        let page = render(&json!({"cores": 2, "measures": [measure], "skipped": skipped, "decode": decode}));
        for line in [
            "2 of 3 are met.",
            "| slow | 0.50 x | at most 0.40 | **NOT MET** |",
            "| fast | 0.50 x | at most 0.40 | met |",
            "1 skipped:\n- pybanyan: no Python",
            "| ours | 123 ms | 1.00 | 2.00 |",
            "| few | 0.50 x | at most 0.40 | met |",
            "| a-users/owned | 7.10 | 2.00 | 1234 |",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
    }
}
