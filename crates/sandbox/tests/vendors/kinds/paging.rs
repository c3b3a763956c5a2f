use serde_json::json;

use super::lists::{LISTS, List, Vendor, hit, json, with_faults};
use crate::support::{banyan, truto};

fn lists_of(vendor: Vendor) -> impl Iterator<Item = &'static List> {
    LISTS.iter().filter(move |list| list.vendor == vendor)
}

#[test]
fn a_capped_page_is_shorter_and_every_row_is_still_found() {
    for list in &LISTS {
        let sandbox = with_faults(&["page-cap:rows=7"]);
        let pages = list.walk(&sandbox);
        assert_eq!(list.ids(&pages), *(list.truth)(&sandbox.truth()), "{}", list.path);
        for (number, page) in pages.iter().enumerate() {
            let rows = list.rows_of(page).len();
            assert!(rows == 7 || (rows < 7 && number == pages.len() - 1));
            if let Some(total) = list.total(page) {
                assert_eq!(total, (list.truth)(&sandbox.truth()).len() as u64);
            }
            if list.vendor == Vendor::Truu {
                assert_eq!(
                    (&page["pageSize"], &page["final"]),
                    (&json!(7), &json!(pages.len()))
                );
            }
        }
        assert_eq!(hit(&sandbox), ["page-cap"]);
    }
}

#[test]
fn a_cap_is_no_more_than_what_is_asked_for_and_leaves_what_is_not_paged() {
    let sandbox = with_faults(&["page-cap:rows=7"]);
    let page = json(&banyan(&sandbox, "/api/v1/devices?skip=0&limit=3"));
    assert_eq!(page["devices"].as_array().unwrap().len(), 3);
    let all = json(&banyan(&sandbox, "/api/v1/devices"));
    assert_eq!(
        all.as_array().unwrap().len(),
        sandbox.truth().banyan_devices.len()
    );
    assert!(hit(&sandbox).is_empty());
}

#[test]
fn a_total_is_wrong_by_so_much_and_nothing_else_is() {
    for list in &LISTS {
        for (by, wrong) in [("+3", 3), ("-2", -2), ("-100000", -100_000)] {
            let sandbox = with_faults(&[&format!("wrong-total:by={by}")]);
            let mut page = list.page(&sandbox, &list.first());
            let truth = list.true_page(&list.first());
            let Some(total) = list.total(&truth) else {
                assert_eq!(page, truth, "Truto tells no total");
                assert!(hit(&sandbox).is_empty());
                continue;
            };
            assert_eq!(list.total(&page).unwrap(), total.saturating_add_signed(wrong));
            let place = if page.get("data").is_some() {
                "/data/count"
            } else {
                "/count"
            };
            *page.pointer_mut(place).unwrap() = json!(total);
            assert_eq!(page, truth, "{}", list.path);
            assert_eq!(hit(&sandbox), ["wrong-total"]);
        }
    }
}

#[test]
fn empty_pages_at_truto_go_on_to_the_rows() {
    for list in lists_of(Vendor::Truto) {
        for skip in [0, 1] {
            let sandbox = with_faults(&[&format!("empty-page:count=3,skip={skip},times=1")]);
            let pages = list.walk(&sandbox);
            let counts: Vec<usize> = pages.iter().map(|page| list.rows_of(page).len()).collect();
            let cursors: Vec<&str> = pages
                .iter()
                .filter_map(|page| page["next_cursor"].as_str())
                .collect();
            assert_eq!(counts[skip..skip + 4], [0, 0, 0, 20]);
            assert!(counts.iter().skip(skip + 3).all(|count| *count > 0));
            let mut distinct = cursors.clone();
            distinct.dedup();
            assert_eq!(cursors, distinct, "no cursor repeats");
            assert_eq!(pages[skip]["result_count"], 0);
            assert_eq!(list.ids(&pages), *(list.truth)(&sandbox.truth()));
            let hits = sandbox
                .request_log()
                .iter()
                .filter(|request| !request.faults.is_empty())
                .count();
            assert_eq!(hits, 3);
        }
    }
}

#[test]
fn an_empty_page_in_the_middle_leaves_its_rows_out_elsewhere() {
    for list in LISTS.iter().filter(|list| list.vendor != Vendor::Truto) {
        let sandbox = with_faults(&["page-cap:rows=15", "empty-page:count=2,skip=1,times=1"]);
        let targets = [0, 1, 2, 3].map(|number| match list.vendor {
            Vendor::Truu => format!("{}?page={}", list.path, number + 1),
            _ => format!("{}?skip={}&limit=15", list.path, number * 15),
        });
        for (number, target) in targets.iter().enumerate() {
            let page = list.page(&sandbox, target);
            let mut truth = list.page(&with_faults(&["page-cap:rows=15"]), target);
            if number == 1 || number == 2 {
                *truth.pointer_mut(list.rows).unwrap() = json!([]);
            }
            assert_eq!(page, truth, "{target}: its rows are missing, and nothing else");
        }
    }
}

#[test]
fn the_last_page_does_not_end_a_row_of_empty_ones() {
    for list in LISTS.iter().filter(|list| list.vendor != Vendor::Truto) {
        let sandbox = with_faults(&["page-cap:rows=15", "empty-page:count=3,times=1"]);
        let whole = (list.truth)(&sandbox.truth()).len();
        let last = (whole - 1) / 15;
        let rows_of = |number: usize| {
            let target = match list.vendor {
                Vendor::Truu => format!("{}?page={}", list.path, number + 1),
                _ => format!("{}?skip={}&limit=15", list.path, number * 15),
            };
            list.rows_of(&list.page(&sandbox, &target)).len()
        };
        let came = [0, last, 0, last, 0, 0].map(rows_of);
        let on_last = whole - last * 15;
        assert_eq!(came, [0, on_last, 0, on_last, 0, 15], "{}", list.path);
    }
}

#[test]
fn the_last_page_is_never_emptied() {
    for list in &LISTS {
        let sandbox = with_faults(&["empty-page"]);
        let whole = match list.vendor {
            Vendor::Truu => format!("{}?page={}", list.path, list.true_page(&list.first())["final"]),
            _ => format!("{}?limit=1000", list.path),
        };
        let page = list.page(&sandbox, &whole);
        assert!(!list.rows_of(&page).is_empty(), "{}", list.path);
        assert!(hit(&sandbox).is_empty());
    }
}

#[test]
fn a_repeated_cursor_leads_to_its_own_page() {
    for list in lists_of(Vendor::Truto) {
        let sandbox = with_faults(&["repeat-cursor"]);
        let first = list.page(&sandbox, &list.first());
        let again = list.page(&sandbox, &list.next(&first, 0).unwrap());
        assert_eq!(list.rows_of(&again), list.rows_of(&first));
        assert_eq!(again["next_cursor"], first["next_cursor"]);
        let sandbox = with_faults(&["repeat-cursor:skip=1"]);
        let first = list.page(&sandbox, &list.first());
        let second = list.page(&sandbox, &list.next(&first, 0).unwrap());
        assert_eq!(second["next_cursor"], first["next_cursor"]);
        assert_ne!(list.rows_of(&second), list.rows_of(&first));
        let raw = truto(
            &with_faults(&["repeat-cursor"]),
            &format!("{}?limit=20&truto_response_format=raw", list.path),
        );
        assert_eq!(raw.headers()["link"], "<?next_cursor=c:0>; rel=\"next\"");
    }
    for list in LISTS.iter().filter(|list| list.vendor != Vendor::Truto) {
        let sandbox = with_faults(&["repeat-cursor"]);
        assert_eq!(list.page(&sandbox, &list.first()), list.true_page(&list.first()));
        assert!(hit(&sandbox).is_empty());
    }
}

#[test]
fn a_cursor_that_expired_is_refused_in_the_vendors_words_and_a_new_walk_begins_anew() {
    for list in lists_of(Vendor::Truto) {
        let sandbox = with_faults(&["cursor-expires:after=2"]);
        for _ in 0..2 {
            let mut target = list.first();
            for _ in 0..3 {
                let page = list.page(&sandbox, &target);
                target = list.next(&page, 0).unwrap();
            }
            let refused = list.ask(&sandbox, &target);
            assert_eq!(refused.status(), 400);
            let garbage = list.ask(&with_faults(&[]), &format!("{}?next_cursor=garbage", list.path));
            assert_eq!(json(&refused), json(&garbage));
            assert_eq!(hit(&sandbox), ["cursor-expires"]);
        }
    }
}

#[test]
fn a_partial_page_says_so_and_lacks_members() {
    for list in &LISTS {
        let sandbox = with_faults(&["partial"]);
        let page = list.page(&sandbox, &list.first());
        let truth = list.true_page(&list.first());
        if list.vendor != Vendor::Truto {
            assert_eq!(page, truth);
            assert!(hit(&sandbox).is_empty());
            continue;
        }
        assert_eq!(page["is_partial_response"], true);
        assert_eq!(
            list.ids(std::slice::from_ref(&page)),
            list.ids(std::slice::from_ref(&truth))
        );
        if list.path.ends_with("mdm/devices") || list.path.contains("directory") {
            let members = |page| list.rows_of(page)[0].as_object().unwrap().len();
            assert!(members(&page) < members(&truth));
        }
    }
}
