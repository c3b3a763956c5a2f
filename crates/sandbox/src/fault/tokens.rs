//! Faults of the tokens that let a client in.

use super::form::Form;
use super::kinds::{Act, FaultKey, FaultKind, Reach};

pub(super) const TOKEN_EXPIRES: FaultKind = FaultKind {
    name: "token-expires",
    help: "each issued token is refused for good after some requests",
    keys: &[FaultKey {
        name: "after",
        value: "COUNT",
        default: Some("3"),
        help: "after how many requests that match",
        example: "token-expires:after=10",
        form: Form::Count(0, u64::MAX),
    }],
    example: "token-expires:after=5,path=/data/api/v1/users",
    reach: Reach::Tokens,
    act: Act::World(|spec, memory, turn| {
        let Some(token) = turn.call.bearer() else {
            return false;
        };
        let mut tokens = turn.core.tokens();
        tokens.knows(token) && memory.count(token) > spec.count("after") && tokens.forget(token)
    }),
};

pub(super) const TOKEN_REFUSED: FaultKind = FaultKind {
    name: "token-refused",
    help: "the credential of a request is not accepted this time, though it is good",
    keys: &[],
    example: "token-refused:skip=2,times=1",
    reach: Reach::All,
    act: Act::World(|_, _, turn| {
        let presented = turn.call.bearer().is_some();
        turn.call.refused |= presented;
        presented
    }),
};

pub(super) const TOKEN_REVOKED: FaultKind = FaultKind {
    name: "token-revoked",
    help: "every token issued so far is refused from now on",
    keys: &[],
    example: "token-revoked:skip=3,times=1",
    reach: Reach::Tokens,
    act: Act::World(|_, _, turn| {
        let mut tokens = turn.core.tokens();
        let known = turn.call.bearer().is_some_and(|token| tokens.knows(token));
        if known {
            tokens.revoke();
        }
        known
    }),
};
