use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::{sample, strategy};
use rollbook_sandbox::fault::{COMMON_KEYS, FaultKey, FaultKind, FaultSpec, KINDS};

/// Something that the value of a key may be, or may not quite be.
fn value(key: &'static FaultKey) -> impl Strategy<Value = String> {
    let example = key.example.split_once(&format!("{}=", key.name)).unwrap().1;
    let words: Vec<String> = key.value.split('|').map(str::to_owned).collect();
    strategy::Union::new([
        Just(example.to_owned()).boxed(),
        sample::select(words).boxed(),
        any::<u32>().prop_map(|number| number.to_string()).boxed(),
        any::<i16>().prop_map(|number| format!("{number:+}")).boxed(),
        (1..1000).prop_map(|part| format!("0.{part}")).boxed(),
        "[A-Za-z ,=:/.]{0,12}".boxed(),
        key.default
            .map_or(Just(String::new()).boxed(), |text| Just(text.to_owned()).boxed()),
    ])
}

fn pairs(kind: &'static FaultKind) -> impl Strategy<Value = String> {
    let keys: Vec<&'static FaultKey> = kind.keys.iter().chain(COMMON_KEYS).collect();
    sample::subsequence(keys.clone(), 0..=keys.len())
        .prop_shuffle()
        .prop_flat_map(|keys| {
            let pairs: Vec<_> = keys
                .into_iter()
                .map(|key| value(key).prop_map(|value| format!("{}={value}", key.name)))
                .collect();
            pairs
        })
        .prop_map(|pairs| pairs.join(","))
        .prop_map(move |pairs| {
            if pairs.is_empty() {
                kind.name.to_owned()
            } else {
                format!("{}:{pairs}", kind.name)
            }
        })
}

proptest! {
    #[test]
    fn what_a_fault_writes_is_read_as_the_same_fault(text in (0..KINDS.len()).prop_flat_map(|kind| pairs(&KINDS[kind]))) {
        if let Ok(spec) = text.parse::<FaultSpec>() {
            let written = spec.to_string();
            let read = written.parse::<FaultSpec>().unwrap();
            prop_assert_eq!(&read, &spec, "{}", &written);
            prop_assert_eq!(read.to_string(), written);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_in_one_line(text in "\\PC{0,40}") {
        if let Err(error) = text.parse::<FaultSpec>() {
            prop_assert!(!error.to_string().contains('\n'));
        }
    }
}

#[test]
fn the_nearest_name_is_offered_where_one_is_near() {
    for (text, meant) in [
        ("page-kap", Some("page-cap")),
        ("pagecap", Some("page-cap")),
        ("Latency", Some("latency")),
        ("token-expire", Some("token-expires")),
        ("wrong-totals:by=+1", Some("wrong-total")),
        ("latency:mss=1", Some("ms")),
        ("latency:jiter=1", Some("jitter")),
        ("latency:evry=1", Some("every")),
        ("unheard-of", None),
        ("latency:unheard-of=1", None),
    ] {
        let message = text.parse::<FaultSpec>().unwrap_err().to_string();
        let offered = message
            .split_once("is it ")
            .map(|(_, rest)| rest.split_once('?').unwrap().0);
        assert_eq!(offered, meant, "{text}: {message}");
    }
}

#[test]
fn every_kind_says_what_it_is_about() {
    for kind in KINDS {
        assert!(
            !kind.reach().is_empty() && !kind.help.ends_with('.'),
            "{}",
            kind.name
        );
    }
    let beside: Vec<&str> = KINDS
        .iter()
        .filter(|kind| kind.composes())
        .map(|kind| kind.name)
        .collect();
    assert_eq!(
        beside,
        [
            "churn",
            "clock-skew",
            "latency",
            "page-cap",
            "partial",
            "slow-body",
            "token-expires",
            "token-refused",
            "token-revoked"
        ]
    );
}
