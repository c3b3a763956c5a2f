//! Faults of the world itself: its rows change while they are read, and its clock is wrong.

use super::FaultSpec;
use super::form::Form;
use super::kinds::{Act, FaultKey, FaultKind, Reach};
use super::turn::{Memory, Turn};
use crate::churn::Step;
use crate::listing::Listing;

pub(super) const CHURN: FaultKind = FaultKind {
    name: "churn",
    help: "rows come, go and move before a list is read. The world is changed for good, and the truth with it",
    keys: &[
        FaultKey {
            name: "how",
            value: "insert|remove|move|mix",
            default: Some("mix"),
            help: "what happens; mix: one of them each time, drawn from the sandbox's seed",
            example: "churn:how=insert",
            form: Form::Word(&["insert", "remove", "move", "mix"]),
        },
        FaultKey {
            name: "at",
            value: "first|last|any",
            default: Some("any"),
            help: "where; a row that moves goes to the other end, or to any place",
            example: "churn:how=remove,at=first",
            form: Form::Word(&["first", "last", "any"]),
        },
        FaultKey {
            name: "rows",
            value: "COUNT",
            default: Some("1"),
            help: "how many rows each time",
            example: "churn:rows=5",
            form: Form::Count(1, 1000),
        },
    ],
    example: "churn:how=insert,at=first,every=2,path=/api/v1/devices",
    reach: Reach::Lists,
    act: Act::World(churn),
};

fn churn(spec: &FaultSpec, memory: &mut Memory, turn: &mut Turn<'_, '_>) -> bool {
    let Some(list) = Listing::of(turn.call) else {
        return false;
    };
    let mut state = turn.core.write();
    let mut happened = false;
    turn.core.remember(&state);
    for _ in 0..spec.count("rows") {
        let places = state.places(list.of).len();
        if places == 0 {
            break;
        }
        let rng = &mut memory.rng;
        let (at, other) = match spec.text("at") {
            Some("first") => (0, places - 1),
            Some("last") => (places - 1, 0),
            _ => (rng.below(places), rng.below(places)),
        };
        let step = match spec.text("how") {
            Some("insert") => Step::Insert { at },
            Some("remove") => Step::Remove { at },
            Some("move") => Step::Move { from: at, to: other },
            _ => rng.pick(&[
                Step::Insert { at },
                Step::Remove { at },
                Step::Move { from: at, to: other },
            ]),
        };
        state.churn(list.of, step, rng);
        happened = true;
    }
    turn.core.remember(&state);
    happened
}

pub(super) const CLOCK_SKEW: FaultKind = FaultKind {
    name: "clock-skew",
    help: "the vendor's clock is wrong: in the Date header, and where it issues a token and looks whether it is still good. \
           With a path it is wrong there alone, and the two may differ",
    keys: &[FaultKey {
        name: "seconds",
        value: "+COUNT|-COUNT",
        default: Some("+300"),
        help: "how far it is ahead, or behind",
        example: "clock-skew:seconds=-86400",
        form: Form::Difference,
    }],
    example: "clock-skew:seconds=+7200,path=/data",
    reach: Reach::AllAndTokenCalls,
    act: Act::World(|spec, _, turn| {
        let seconds = spec.difference("seconds");
        turn.skew += seconds;
        turn.call.now = turn.call.now.map(|now| now.saturating_add_signed(seconds));
        true
    }),
};
