use bytes::Bytes;
use rollbook_transport::{REDACTED, Response};

use crate::Secret;

/// Takes the token of a request out of the error that answers it.
///
/// Some servers repeat a credential that they refuse ("invalid token abc"), and errors show what the server says. Only
/// answers that are errors are touched: rows stay as they came.
pub(crate) fn without_token(response: Response, token: &Secret) -> Response {
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        response.map(|body| without(body, token.expose().as_bytes()))
    } else {
        response
    }
}

fn without(body: Bytes, token: &[u8]) -> Bytes {
    let find = |from: usize| {
        body.get(from..)?
            .windows(token.len())
            .position(|window| window == token)
    };
    let (mut out, mut from) = (Vec::new(), 0);
    while let Some(offset) = find(from) {
        out.extend_from_slice(&body[from..from + offset]);
        out.extend_from_slice(REDACTED.as_bytes());
        from += offset + token.len();
    }
    if from == 0 {
        return body;
    }
    out.extend_from_slice(&body[from..]);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_repeats_the_token_comes_without_it_and_a_row_is_not_touched() {
        let token = Secret::new("canary").unwrap();
        let answer = |status| {
            let body = Bytes::from_static(b"Bearer canary is wrong: canary!");
            let response = http::Response::builder().status(status).body(body).unwrap();
            without_token(response, &token).into_body()
        };
        assert_eq!(answer(401), "Bearer REDACTED is wrong: REDACTED!");
        assert_eq!(answer(200), "Bearer canary is wrong: canary!");
    }
}
