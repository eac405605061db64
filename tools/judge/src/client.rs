//! What asks, as a server sees it. A browser, curl and a script each send some fields of their own with
//! every request. In each test the judge sends those of one of them: a server that is right for
//! its judge alone is found out, and so is one that takes an ordinary client for something else.

use crate::Draw;

/// A program that asks: the fields that it sends with every request, behind `Host`.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// As a browser has it in its address bar.
    authority: String,
    fields: Vec<(&'static str, String)>,
}

impl Client {
    /// One of several. None of them asks for other answers than a plain request does: compressed ones, or
    /// in a language.
    pub(crate) fn drawn(mut draw: Draw, port: u16) -> Client {
        let version = draw.number(120, 150);
        let fields = match draw.number(0, 3) {
            0 => vec![
                ("User-Agent", format!("curl/8.{}.0", draw.number(5, 16))),
                ("Accept", "*/*".into()),
            ],
            1 => vec![
                (
                    "User-Agent",
                    format!(
                        "Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
                    ),
                ),
                ("Accept", "*/*".into()),
            ],
            2 => vec![
                (
                    "User-Agent",
                    format!(
                        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
                    ),
                ),
                ("Accept", "*/*".into()),
            ],
            // Written by hand, as with nc.
            _ => Vec::new(),
        };
        Client {
            authority: format!("127.0.0.1:{port}"),
            fields,
        }
    }

    /// A request's own fields, with those of this client between `Host` and the rest. What the request
    /// says itself, or must not have, this client does not say.
    pub(crate) fn headers(
        &self,
        own: &[(String, String)],
        without: &[String],
    ) -> Vec<(String, String)> {
        let is = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
        let mut headers = Vec::new();
        for (name, value) in own {
            let is_plain_host = is(name, "Host") && value == "127.0.0.1";
            headers.push((name.clone(), value.clone()));
            if is_plain_host && headers.len() == 1 {
                headers[0].1.clone_from(&self.authority);
                let mut fields = self.fields.clone();
                fields.retain(|(name, _)| !own.iter().any(|(own, _)| is(own, name)));
                fields.retain(|(name, _)| !without.iter().any(|not| is(not, name)));
                headers.extend(fields.into_iter().map(|(name, value)| (name.into(), value)));
            }
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_says_itself_is_not_said_twice() {
        let own = [
            ("Host".to_string(), "127.0.0.1".to_string()),
            ("user-agent".to_string(), "tea/1".to_string()),
        ];
        for seed in 0..20 {
            let client = Client::drawn(Draw::new(seed, "a"), 4000);
            let headers = client.headers(&own, &["Accept".into()]);
            assert_eq!(headers[0].1, "127.0.0.1:4000");
            let agents: Vec<&(String, String)> = headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case("user-agent"))
                .collect();
            assert_eq!(agents, [&own[1]]);
            assert!(headers.iter().all(|(name, _)| name != "Accept"));
        }
    }
}
