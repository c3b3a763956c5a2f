/// The known word that is most like `word`; none when nothing is alike.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (likeness(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > LEAST_LIKENESS)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate)
}

/// The one measure is good for a slip of the finger in a short word, the other for a long word with a common beginning.
fn likeness(word: &str, candidate: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(word, candidate).max(strsim::jaro_winkler(word, candidate))
}

/// Below this two words share little more than a letter or two.
const LEAST_LIKENESS: f64 = 0.65;

/// `did you mean ...?`, or the list of what there is.
pub(crate) fn suggestion(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike_is_named_and_nothing_far_fetched() {
        let known = ["client_id", "client_secret", "base_url"];
        assert_eq!(nearest("clientsecret", known), Some("client_secret"));
        assert_eq!(nearest("BASEURL", known), Some("base_url"));
        assert_eq!(nearest("zzz", known), None);
        assert_eq!(nearest("evn", ["env", "file", "command"]), Some("env"));
        assert_eq!(
            suggestion("zzz", &known),
            "known are: client_id, client_secret, base_url"
        );
    }
}
