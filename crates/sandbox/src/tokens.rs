//! The tokens that were issued, and for how long they are good.

use std::collections::{HashMap, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::world::Rng;

/// How many tokens are remembered. The oldest is forgotten first, so a server that runs for weeks does not grow.
const REMEMBERED: usize = 4096;

/// The `exp` of a token whose issuer was not told the time: 2100-01-01, past any test.
const FAR: u64 = 4_102_444_800;

/// Who issued a token. A token is good only there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Issuer {
    Truu,
    Banyan,
}

#[derive(Debug)]
struct Issued {
    issuer: Issuer,
    requests_left: Option<u32>,
    expires_at: u64,
}

#[derive(Debug)]
pub(crate) struct Tokens {
    rng: Rng,
    good: HashMap<String, Issued>,
    order: VecDeque<String>,
    requests: Option<u32>,
}

impl Tokens {
    pub(crate) fn new(seed: u64, requests: Option<u32>) -> Self {
        Self {
            rng: Rng::new(seed, "tokens"),
            good: HashMap::new(),
            order: VecDeque::new(),
            requests,
        }
    }

    /// Tokens issued from now on serve `requests` requests each.
    pub(crate) fn expire_after(&mut self, requests: Option<u32>) {
        self.requests = requests;
    }

    /// Refuses every token issued so far.
    pub(crate) fn revoke(&mut self) {
        self.good.clear();
        self.order.clear();
    }

    /// Whether `text` is a token that was issued and is not refused for good.
    pub(crate) fn knows(&self, text: &str) -> bool {
        self.good.contains_key(text)
    }

    /// Refuses one token. False when there is no such token.
    pub(crate) fn forget(&mut self, text: &str) -> bool {
        self.good.remove(text).is_some()
    }

    /// A new token: a JWT in looks, with `claims`, an id, and the moments of issue and expiry.
    pub(crate) fn issue(&mut self, issuer: Issuer, lifetime: u64, now: Option<u64>, claims: Value) -> Token {
        let expires_at = now.map_or(FAR, |now| now + lifetime);
        let jti = self.rng.alphanumeric(27);
        let mut payload = claims;
        if let Value::Object(members) = &mut payload {
            members.insert("jti".to_owned(), json!(jti));
            members.insert("iat".to_owned(), json!(now.unwrap_or(0)));
            members.insert("exp".to_owned(), json!(expires_at));
        }
        let header = json!({"alg": "RS256", "typ": "JWT"});
        let signature: Vec<u8> = (0..8).flat_map(|_| self.rng.next().to_be_bytes()).collect();
        let text = format!(
            "{}.{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(payload.to_string()),
            URL_SAFE_NO_PAD.encode(signature)
        );
        self.remember(
            text.clone(),
            Issued {
                issuer,
                requests_left: self.requests,
                expires_at,
            },
        );
        Token { text, jti }
    }

    fn remember(&mut self, text: String, issued: Issued) {
        if self.order.len() >= REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.good.remove(&oldest);
        }
        self.order.push_back(text.clone());
        self.good.insert(text, issued);
    }

    /// Whether `text` opens a door of `issuer` now. Counts as one request of the token.
    pub(crate) fn admit(&mut self, issuer: Issuer, text: &str, now: Option<u64>) -> bool {
        let Some(issued) = self.good.get_mut(text) else {
            return false;
        };
        if issued.issuer != issuer || now.is_some_and(|now| now >= issued.expires_at) {
            return false;
        }
        match &mut issued.requests_left {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// A token as it is handed out, and its id.
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) jti: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_at_its_issuer_only_and_until_it_expires() {
        let mut tokens = Tokens::new(1, None);
        let token = tokens.issue(Issuer::Truu, 60, Some(100), json!({})).text;
        assert!(tokens.admit(Issuer::Truu, &token, Some(159)));
        assert!(!tokens.admit(Issuer::Truu, &token, Some(160)));
        assert!(!tokens.admit(Issuer::Banyan, &token, Some(100)));
    }

    #[test]
    fn the_number_of_remembered_tokens_is_bounded() {
        let mut tokens = Tokens::new(1, None);
        let first = tokens.issue(Issuer::Truu, 60, None, json!({})).text;
        for _ in 0..REMEMBERED {
            tokens.issue(Issuer::Truu, 60, None, json!({}));
        }
        assert_eq!(tokens.good.len(), REMEMBERED);
        assert!(!tokens.admit(Issuer::Truu, &first, None));
    }
}
