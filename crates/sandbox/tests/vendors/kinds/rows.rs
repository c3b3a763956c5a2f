use serde_json::{Value, json};

use super::lists::{LISTS, hit, json as body, with_faults};
use crate::support::{banyan, truto};

#[test]
fn a_body_of_another_shape_is_an_array_for_an_object_and_an_object_for_an_array() {
    for list in &LISTS {
        let sandbox = with_faults(&["other-shape"]);
        let page = list.page(&sandbox, &list.first());
        assert_eq!(page, json!([list.true_page(&list.first())]));
    }
    let sandbox = with_faults(&["other-shape"]);
    let all = body(&banyan(&sandbox, "/api/v1/endusers"));
    assert_eq!(
        all["items"].as_array().unwrap().len(),
        sandbox.truth().banyan_users.len()
    );
}

#[test]
fn rows_are_an_object_or_missing_or_under_another_name() {
    for list in &LISTS {
        let truth = list.true_page(&list.first());
        let rows = list.rows_of(&truth);
        let (place, name) = list.rows.rsplit_once('/').unwrap();
        for how in ["rows", "missing", "renamed"] {
            let sandbox = with_faults(&[&format!("other-shape:how={how}")]);
            let mut page = list.page(&sandbox, &list.first());
            let envelope = page.pointer_mut(place).unwrap().as_object_mut().unwrap();
            let restored = match how {
                "rows" => {
                    let object = envelope[name].as_object().unwrap();
                    assert_eq!(object.len(), rows.len());
                    (0..rows.len())
                        .map(|number| object[&number.to_string()].clone())
                        .collect()
                }
                "renamed" => envelope.remove("items").unwrap(),
                _ => Value::Array(rows.clone()),
            };
            assert!(
                how == "rows" || !envelope.contains_key(name),
                "{}: {how}",
                list.path
            );
            envelope.insert(name.to_owned(), restored);
            assert_eq!(page, truth, "nothing else is otherwise");
            assert_eq!(hit(&sandbox), ["other-shape"]);
        }
    }
}

#[test]
fn one_row_is_bad_and_all_others_are_as_they_were() {
    for list in &LISTS {
        let truth = list.rows_of(&list.true_page(&list.first()));
        for how in ["not-object", "no-id", "wrong-type"] {
            let sandbox = with_faults(&[&format!("bad-row:how={how},row=3")]);
            let mut rows = list.rows_of(&list.page(&sandbox, &list.first()));
            match how {
                "not-object" => assert!(rows[2].is_string()),
                "no-id" => assert!(rows[2].as_object().unwrap().get(list.id).is_none()),
                _ => assert!(rows[2][list.text].is_object()),
            }
            rows[2] = truth[2].clone();
            assert_eq!(rows, truth, "{}: {how}", list.path);
            assert_eq!(hit(&sandbox), ["bad-row"]);
        }
    }
}

#[test]
fn a_page_that_has_no_such_row_is_left_alone_and_uses_nothing_up() {
    for list in &LISTS {
        let sandbox = with_faults(&["bad-row:row=100000,times=1", "wrong-total:times=1"]);
        let page = list.page(&sandbox, &list.first());
        assert_eq!(list.rows_of(&page), list.rows_of(&list.true_page(&list.first())));
        assert!(!hit(&sandbox).contains(&"bad-row"));
        assert_eq!(
            list.total(&page).is_some(),
            hit(&sandbox) == ["wrong-total"],
            "the next may hit"
        );
    }
}

#[test]
fn a_text_of_the_first_row_is_very_long() {
    for list in &LISTS {
        let sandbox = with_faults(&["long-string:bytes=50000"]);
        let mut rows = list.rows_of(&list.page(&sandbox, &list.first()));
        assert_eq!(rows[0][list.text].as_str().unwrap().len(), 50_000);
        let truth = list.rows_of(&list.true_page(&list.first()));
        rows[0][list.text] = truth[0][list.text].clone();
        assert_eq!(rows, truth, "{}", list.path);
    }
    let sandbox = with_faults(&["long-string:bytes=50000"]);
    let id = &sandbox.truth().truto_users[0];
    let row = truto(&sandbox, &format!("/unified/user-directory/users/{id}"));
    assert!(row.body().len() > 50_000);
}

#[test]
fn a_text_of_the_first_row_is_nested_as_deep_as_told() {
    for list in &LISTS {
        let sandbox = with_faults(&["deep-nesting:depth=9"]);
        let page = list.page(&sandbox, &list.first());
        assert_eq!(
            list.rows_of(&page)[0][list.text],
            json!([[[[[[[[[]]]]]]]]]),
            "{}",
            list.path
        );
        let sandbox = with_faults(&["deep-nesting:depth=200000"]);
        let reply = list.ask(&sandbox, &list.first());
        assert!(reply.body().len() > 400_000, "{}", list.path);
        assert!(serde_json::from_slice::<Value>(reply.body()).is_err());
    }
}

#[test]
fn a_page_of_very_many_rows_keeps_its_own_and_its_total() {
    for list in &LISTS {
        let sandbox = with_faults(&["many-rows:rows=3000"]);
        let page = list.page(&sandbox, &list.first());
        let truth = list.true_page(&list.first());
        let (rows, own) = (list.rows_of(&page), list.rows_of(&truth));
        assert_eq!(rows.len(), 3000, "{}", list.path);
        assert_eq!(rows[..own.len()], own);
        assert_eq!(list.total(&page), list.total(&truth));
        let mut ids = list.ids(&[page]);
        ids.sort();
        ids.dedup();
        assert!(ids.len() >= 3000 - own.len(), "the ids differ");
    }
}
