//! Faults of pages: shorter than asked for, empty, going round, ending early, counted wrongly.

use http::StatusCode;
use http::header::LINK;
use serde_json::{Value, json};

use super::FaultSpec;
use super::form::Form;
use super::kinds::{Act, FaultKey, FaultKind, Reach};
use super::turn::{Memory, Turn};
use crate::listing::Listing;
use crate::vendor::Vendor;
use crate::{Sent, reply, truto};

pub(super) const PAGE_CAP: FaultKind = FaultKind {
    name: "page-cap",
    help: "pages have fewer rows than are asked for; totals, page numbers and cursors fit that",
    keys: &[FaultKey {
        name: "rows",
        value: "COUNT",
        default: Some("10"),
        help: "the most rows on a page",
        example: "page-cap:rows=7",
        form: Form::Count(1, u64::MAX),
    }],
    example: "page-cap:rows=500,path=/api/v2",
    reach: Reach::Lists,
    act: Act::World(|spec, _, turn| {
        let paged = Listing::of(turn.call).is_some_and(|list| list.is_paged(turn.call));
        if paged {
            let cap = turn.call.page_cap.unwrap_or(usize::MAX);
            turn.call.page_cap = Some(cap.min(spec.size("rows")));
        }
        paged
    }),
};

pub(super) const PARTIAL: FaultKind = FaultKind {
    name: "partial",
    help: "pages say `is_partial_response`, and their rows lack members",
    keys: &[],
    example: "partial:path=/unified/mdm",
    reach: Reach::ListsWithCursor,
    act: Act::World(|_, _, turn| {
        let unified = turn.call.query.last("truto_response_format") != Some("raw");
        turn.call.partial |= unified;
        unified
    }),
};

pub(super) const WRONG_TOTAL: FaultKind = FaultKind {
    name: "wrong-total",
    help: "pages tell another number of rows in all than there are, never below 0",
    keys: &[FaultKey {
        name: "by",
        value: "+COUNT|-COUNT",
        default: Some("+1"),
        help: "how far it is off",
        example: "wrong-total:by=-3",
        form: Form::Difference,
    }],
    example: "wrong-total:by=-10,path=/api/v1/devices",
    reach: Reach::ListsWithTotal,
    act: Act::Reply(|spec, _, turn| {
        let list = Listing::of(turn.call)?;
        let mut body = turn.json()?;
        let count = list.envelope(&mut body).get_mut("count")?;
        let wrong = count.as_u64()?.saturating_add_signed(spec.difference("by"));
        *count = json!(wrong);
        Some(changed(turn, &body))
    }),
};

pub(super) const EMPTY_PAGE: FaultKind = FaultKind {
    name: "empty-page",
    help: "a page after which others follow has no rows. At Truto its cursor leads to the rows; elsewhere they are left out",
    keys: &[FaultKey {
        name: "count",
        value: "COUNT",
        default: Some("1"),
        help: "how many such pages come, one after another; the last page, which is never one, may be between them",
        example: "empty-page:count=5,times=1",
        form: Form::Count(1, 1000),
    }],
    example: "empty-page:path=/unified/mdm/users,skip=1,times=1",
    reach: Reach::Lists,
    act: Act::Reply(empty_page),
};

fn empty_page(spec: &FaultSpec, memory: &mut Memory, turn: &mut Turn<'_, '_>) -> Option<Sent> {
    let left = memory.left(turn.call).unwrap_or_else(|| spec.count("count"));
    let list = Listing::of(turn.call)?;
    let mut body = turn.json()?;
    if !list.goes_on(turn.call, &mut body) || list.rows(&mut body)?.is_empty() {
        return None;
    }
    list.rows(&mut body)?.clear();
    if list.vendor == Vendor::Truto {
        // Another cursor for the same place, so that nobody can take it for one that repeats.
        let here = turn
            .call
            .query
            .last("next_cursor")
            .filter(|cursor| !cursor.is_empty());
        body["next_cursor"] = json!(truto::another_cursor(here));
        body["result_count"] = json!(0);
    }
    memory.go_on(turn.call, left - 1);
    Some(changed(turn, &body))
}

pub(super) const REPEAT_CURSOR: FaultKind = FaultKind {
    name: "repeat-cursor",
    help: "the cursor of a page leads to that page again",
    keys: &[],
    example: "repeat-cursor:path=/unified/mdm/devices,skip=1,times=1",
    reach: Reach::ListsWithCursor,
    act: Act::Reply(|_, _, turn| {
        let here = turn
            .call
            .query
            .last("next_cursor")
            .filter(|cursor| !cursor.is_empty());
        let here = here.map_or_else(|| truto::another_cursor(None), str::to_owned);
        if turn.reply().headers().contains_key(LINK) {
            let response = turn.take_reply();
            let link = format!("<?next_cursor={here}>; rel=\"next\"");
            return Some(Sent::Whole(reply::with_header(response, LINK, &link)));
        }
        let mut body = turn.json()?;
        let cursor = body.get_mut("next_cursor").filter(|cursor| cursor.is_string())?;
        *cursor = Value::String(here);
        Some(changed(turn, &body))
    }),
};

pub(super) const CURSOR_EXPIRES: FaultKind = FaultKind {
    name: "cursor-expires",
    help: "a walk's cursors are refused after some pages; a new walk has as many again",
    keys: &[FaultKey {
        name: "after",
        value: "COUNT",
        default: Some("1"),
        help: "how many pages come by cursor before that",
        example: "cursor-expires:after=3",
        form: Form::Count(0, u64::MAX),
    }],
    example: "cursor-expires:after=2,path=/unified/mdm/devices,times=1",
    reach: Reach::ListsWithCursor,
    act: Act::Reply(|spec, memory, turn| {
        let path = turn.call.raw_path();
        if turn.call.query.last("next_cursor").is_none_or(str::is_empty) {
            memory.forget(path);
            return None;
        }
        if turn.is_carried_out() || memory.count(path) <= spec.count("after") {
            return None;
        }
        Some(Sent::Whole(truto::failure(
            StatusCode::BAD_REQUEST,
            truto::BAD_CURSOR,
        )))
    }),
};

/// The true reply with another body.
pub(super) fn changed(turn: &mut Turn<'_, '_>, body: &Value) -> Sent {
    Sent::Whole(turn.take_reply().map(|_| body.to_string().into()))
}
