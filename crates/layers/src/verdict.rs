use http::StatusCode;
use rollbook_transport::{
    Call, Fate, OpenAttempt, Response, Safety, TransportError, TransportErrorKind, Verdict, judge_by_status,
};

/// What the end of one attempt means for its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// The call may be sent again.
    pub(crate) again: bool,
    /// The server refused it for now, by its own word: nothing failed.
    pub(crate) refused: bool,
    /// The attempt may have changed something, and nothing that comes after it can deny that.
    pub(crate) open: Option<OpenAttempt>,
}

/// Judges the end of one attempt. A call that does not say what it is is taken for a change.
pub(crate) fn judge(call: Option<&Call>, result: &Result<Response, TransportError>) -> Judgement {
    let safety = call.map_or(Safety::Change, |call| call.safety);
    let repeatable = safety.is_repeatable();
    let changes = safety != Safety::Read;
    match result {
        Ok(response) => {
            match call.map_or(judge_by_status as fn(&Response) -> Verdict, |call| call.judge)(response) {
                Verdict::Final => Judgement {
                    again: false,
                    refused: false,
                    open: None,
                },
                Verdict::NotDone => Judgement {
                    again: true,
                    refused: true,
                    open: None,
                },
                Verdict::Unknown => Judgement {
                    again: repeatable,
                    refused: false,
                    open: changes.then(|| OpenAttempt {
                        under_way: matches!(
                            response.status(),
                            StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT
                        ),
                    }),
                },
            }
        }
        Err(error) => Judgement {
            again: is_passing(error) && (error.fate() == Fate::NotSent || repeatable),
            refused: false,
            open: (changes && error.fate() != Fate::NotSent).then(|| OpenAttempt {
                under_way: error.kind() == TransportErrorKind::Timeout,
            }),
        },
    }
}

/// Whether the same request may fare better the next time.
fn is_passing(error: &TransportError) -> bool {
    if error.is_in_sign_in() {
        return false;
    }
    match error.kind() {
        TransportErrorKind::Tls
        | TransportErrorKind::BodyTooLarge
        | TransportErrorKind::InvalidRequest
        | TransportErrorKind::SignIn
        | TransportErrorKind::DeadlineExceeded => false,
        // What is not HTTP once is not HTTP the next time, but for a request that the peer turned away unread.
        TransportErrorKind::Protocol => error.fate() == Fate::NotSent,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_sign_in_is_not_tried_again_by_the_request_that_needed_it() {
        let call = Call::new("v", "op", Safety::Read, judge_by_status);
        let error = TransportError::new(TransportErrorKind::Connect, Fate::NotSent, "refused");
        assert!(judge(Some(&call), &Err(error.clone())).again);
        assert!(!judge(Some(&call), &Err(error.in_sign_in())).again);
    }
}
