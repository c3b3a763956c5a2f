//! The rows of the table.

use rollbook_sandbox::fault::KINDS;

use crate::world::TRUTO;

/// Stands between two faults that are there together.
pub(crate) const AND: &str = " + ";

/// A fault, as `rollbook sandbox serve --fault` takes it, but for `{token}`: the address where the vendor issues tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec(pub(crate) &'static str);

impl Spec {
    pub(crate) fn kind(self) -> &'static str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// Whether it is the sign-in that fails.
    pub(crate) fn is_of_sign_in(self) -> bool {
        self.0.contains("{token}")
    }

    /// Whether the vendor in this place has requests that the fault is about.
    pub(crate) fn is_about(self, place: usize) -> bool {
        let kind = KINDS.iter().find(|kind| kind.name == self.kind()).unwrap();
        match kind.reach() {
            "lists of Truto" => place == TRUTO,
            "lists of TruU and Banyan" | "TruU, and Banyan with a token" => place != TRUTO,
            _ => place != TRUTO || !self.is_of_sign_in(),
        }
    }

    /// Whether it is kept to the request that changes something: a server has one clock, and a `path` says for itself.
    pub(crate) fn is_confined(self) -> bool {
        self.kind() != "clock-skew" && !self.0.contains("path=")
    }

    /// Whether rows come that are not in the vendor's own world.
    pub(crate) fn brings_rows(self) -> bool {
        self.kind() == "many-rows"
    }

    pub(crate) fn takes_an_id(self) -> bool {
        self.0.contains("how=no-id")
    }

    /// Whether all rows may come, and there be reason to doubt that they are all.
    pub(crate) fn may_be_doubted(self) -> bool {
        [
            "partial",
            "wrong-total",
            "bad-row",
            "deep-nesting",
            "many-rows",
            "empty-page",
        ]
        .contains(&self.kind())
    }

    /// Whether the world changes while it is read.
    pub(crate) fn moves_rows(self) -> bool {
        self.kind() == "churn"
    }

    /// Whether as many rows come as go, so that the total stands still.
    pub(crate) fn keeps_the_total(self) -> bool {
        self.moves_rows() && self.0.contains("how=remove") && self.0.contains("how=insert")
    }

    /// Whether rows come and none goes or moves.
    pub(crate) fn only_adds(self) -> bool {
        self.0.contains("how=insert") && !self.keeps_the_total()
    }
}

pub(crate) const SPECS: &[Spec] = &[
    // Slow.
    Spec("latency:ms=200,jitter=300"),
    Spec("latency:ms=40000,times=1"),
    Spec("latency:ms=40000"),
    Spec("slow-body:bytes=4000,ms=5"),
    // Refused for now.
    Spec("status:code=429,times=2"),
    Spec("status:code=429,retry-after=2,times=2"),
    Spec("status:code=429,retry-in=+30,times=1"),
    Spec("status:code=429,retry-after=soon,times=1"),
    Spec("status:code=429,retry-after=99999999,times=1"),
    Spec("status:code=429,every=2"),
    Spec("status:code=429"),
    // Broken for now.
    Spec("status:code=500,times=1"),
    Spec("status:code=500,when=after,times=1"),
    Spec("status:code=502,rate=0.4,times=3"),
    Spec("status:code=503,retry-after=5,times=1"),
    Spec("status:code=504,when=after,times=1"),
    Spec("status:code=503,skip=1"),
    Spec("status:code=503"),
    // Refused for good.
    Spec("status:code=400"),
    Spec("status:code=403"),
    Spec("status:code=403,skip=1"),
    Spec("status:code=404,skip=1,times=1"),
    // The connection.
    Spec("reset:times=1"),
    Spec("reset:when=body,times=1"),
    Spec("reset:when=after,times=1"),
    Spec("reset"),
    Spec("reset:when=after,path=/"),
    Spec("truncated:times=1"),
    Spec("truncated:length=wrong,times=1"),
    Spec("truncated:skip=1"),
    // Not what was asked for.
    Spec("html:times=1"),
    Spec("html:code=502,times=1"),
    Spec("html:when=after"),
    Spec("redirect:to=https://elsewhere.invalid/login"),
    Spec("redirect:to=https://elsewhere.invalid/login,code=307,skip=1,times=1"),
    Spec("other-shape:how=body,times=1"),
    Spec("other-shape:how=rows,times=1"),
    Spec("other-shape:how=missing,times=1"),
    Spec("other-shape:how=renamed,skip=1,times=1"),
    Spec("bad-row:how=not-object,times=1"),
    Spec("bad-row:how=no-id,times=1"),
    Spec("bad-row:how=wrong-type,times=1"),
    // Too much.
    Spec("gzip"),
    Spec("gzip:how=broken,times=1"),
    Spec("gzip:how=bomb,times=1"),
    Spec("oversize:times=1"),
    Spec("oversize:announced=no"),
    Spec("deep-nesting:depth=100,times=1"),
    Spec("deep-nesting:depth=100000,times=1"),
    Spec("long-string:bytes=5000000,times=1"),
    Spec("many-rows:rows=5000,times=1"),
    // Pages.
    Spec("page-cap:rows=7"),
    Spec("empty-page:count=3,skip=1,times=1"),
    Spec("repeat-cursor:skip=1,times=1"),
    Spec("cursor-expires:after=1"),
    Spec("partial"),
    Spec("wrong-total:by=10"),
    Spec("wrong-total:by=-10"),
    Spec("churn:how=insert,at=first,every=2"),
    Spec("churn:how=remove,at=first,every=2"),
    Spec("churn:how=move,every=2"),
    Spec("churn:how=mix,times=2"),
    Spec("churn:how=remove,at=first,skip=1,times=1 + churn:how=insert,at=last,skip=1,times=1"),
    // Signing in.
    Spec("token-expires:after=2"),
    Spec("token-revoked:skip=1,times=1"),
    Spec("token-refused:skip=1,times=1"),
    Spec("token-refused"),
    Spec("latency:ms=5000,path={token}"),
    Spec("status:code=503,times=1,path={token}"),
    Spec("status:code=503,path={token}"),
    Spec("status:code=401,path={token}"),
    Spec("html:path={token}"),
    Spec("clock-skew:seconds=+7200"),
    Spec("clock-skew:seconds=-86400"),
];
