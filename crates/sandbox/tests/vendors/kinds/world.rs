use std::collections::BTreeSet;

use rollbook_sandbox::Sandbox;

use super::lists::{LISTS, List, Vendor, hit, with_faults};

fn ids(list: &List, sandbox: &Sandbox) -> Vec<String> {
    (list.truth)(&sandbox.truth()).clone()
}

/// What a list shows after one request.
fn after(list: &List, spec: &str) -> (Vec<String>, Vec<String>) {
    let sandbox = with_faults(&[spec]);
    let before = ids(list, &sandbox);
    list.page(&sandbox, &list.first());
    assert_eq!(hit(&sandbox), ["churn"]);
    (before, ids(list, &sandbox))
}

#[test]
fn a_row_that_is_inserted_stands_at_its_place() {
    for list in &LISTS {
        let (before, first) = after(list, "churn:how=insert,at=first");
        assert_eq!(first[1..], before, "{}", list.path);
        assert!(!before.contains(&first[0]));
        let (before, last) = after(list, "churn:how=insert,at=last");
        let new = last.len() - 2;
        assert!(!before.contains(&last[new]), "{}", list.path);
        assert_eq!([&last[..new], &last[new + 1..]].concat(), before);
    }
}

#[test]
fn rows_that_two_faults_insert_are_not_of_one_id() {
    for list in &LISTS {
        let sandbox = with_faults(&["churn:how=insert,at=first", "churn:how=insert,at=last"]);
        let before = ids(list, &sandbox);
        list.page(&sandbox, &list.first());
        let after = ids(list, &sandbox);
        let new: BTreeSet<&String> = after.iter().filter(|id| !before.contains(id)).collect();
        assert_eq!(new.len(), 2, "{}: {new:?}", list.path);
    }
}

#[test]
fn a_row_that_is_removed_is_gone_and_the_others_stay() {
    for list in &LISTS {
        let (before, first) = after(list, "churn:how=remove,at=first");
        assert_eq!(first, before[1..], "{}", list.path);
        let (before, last) = after(list, "churn:how=remove,at=last,rows=3");
        assert_eq!(last, before[..before.len() - 3], "{}", list.path);
    }
}

#[test]
fn a_row_that_moves_is_the_same_at_another_place() {
    for list in &LISTS {
        let (mut before, first) = after(list, "churn:how=move,at=first");
        before.rotate_left(1);
        assert_eq!(first, before, "{}", list.path);
        let (mut before, last) = after(list, "churn:how=move,at=last");
        before.rotate_right(1);
        assert_eq!(last, before, "{}", list.path);
    }
}

#[test]
fn what_is_served_is_the_world_as_it_is_now_and_every_world_is_kept() {
    for list in &LISTS {
        let sandbox = with_faults(&["churn:every=2"]);
        let start = sandbox.truth();
        let pages = list.walk(&sandbox);
        let truths = sandbox.truths();
        assert_eq!(truths.first(), Some(&start));
        assert_eq!(truths.last(), Some(&sandbox.truth()));
        assert!(
            truths.len() > pages.len() / 2 - 1,
            "{}: {}",
            list.path,
            truths.len()
        );
        assert!(truths.windows(2).all(|two| two[0] != two[1]));
        sandbox.clear_faults();
        assert_eq!(
            list.ids(&list.walk(&sandbox)),
            ids(list, &sandbox),
            "{}",
            list.path
        );
        let ever: BTreeSet<&String> = truths.iter().flat_map(|truth| (list.truth)(truth)).collect();
        let seen = list.ids(&pages);
        assert!(
            seen.iter().all(|id| ever.contains(id)),
            "every row seen was there once"
        );
    }
}

#[test]
fn the_vendors_other_lists_hold_together_after_much_churn() {
    let sandbox = with_faults(&["churn:rows=4"]);
    for _ in 0..12 {
        for list in &LISTS {
            list.page(&sandbox, &list.first());
        }
    }
    sandbox.clear_faults();
    let truth = sandbox.truth();
    for list in &LISTS {
        let found = list.ids(&list.walk(&sandbox));
        assert_eq!(found, *(list.truth)(&truth), "{}", list.path);
        let distinct: BTreeSet<&String> = found.iter().collect();
        if list.vendor != Vendor::Banyan {
            assert_eq!(distinct.len(), found.len(), "{}: an id is there twice", list.path);
        }
    }
}

#[test]
fn churn_is_the_same_for_a_seed() {
    let world = || {
        let sandbox = with_faults(&["churn:rows=2,rate=0.5"]);
        for _ in 0..5 {
            for list in &LISTS {
                list.page(&sandbox, &list.first());
            }
        }
        sandbox.truth()
    };
    assert_eq!(world(), world());
    assert_ne!(world(), with_faults(&[]).truth());
}

#[test]
fn what_is_no_list_does_not_churn() {
    let sandbox = with_faults(&["churn"]);
    let truth = sandbox.truth();
    crate::support::truto(&sandbox, "/ping");
    crate::support::truto(
        &sandbox,
        &format!("/unified/mdm/users/{}", truth.truto_mdm_users[0]),
    );
    crate::support::truto_send(&sandbox, "POST", "/unified/mdm/devices", &[], "{}");
    assert_eq!(sandbox.truth(), truth);
    assert_eq!(sandbox.truths(), [truth]);
}

#[test]
fn changes_by_request_are_among_the_truths_and_the_oldest_are_forgotten() {
    let sandbox = with_faults(&["churn:how=move,every=2,path=/unified/mdm/devices"]);
    let start = sandbox.truth();
    let create = || {
        crate::support::truto_send(
            &sandbox,
            "POST",
            "/unified/mdm/users",
            &[],
            r#"{"name": "A", "emails": []}"#,
        );
    };
    let list = &LISTS[10];
    list.page(&sandbox, &list.first());
    create();
    let created = sandbox.truth();
    assert_eq!(
        sandbox.truths(),
        std::slice::from_ref(&created),
        "nothing had to be kept before"
    );
    list.page(&sandbox, &list.first());
    assert_eq!(sandbox.truths().first(), Some(&created));
    create();
    assert_eq!(sandbox.truths().last(), Some(&sandbox.truth()));
    sandbox.add_fault("churn:how=insert".parse().unwrap());
    for _ in 0..260 {
        list.page(&sandbox, &list.first());
    }
    let truths = sandbox.truths();
    assert_eq!((truths.len(), truths.last()), (256, Some(&sandbox.truth())));
    assert!(!truths.contains(&start));
}
