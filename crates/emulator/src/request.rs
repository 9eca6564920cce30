//! A request, as the modules above HTTP see it.

use axum::http::HeaderMap;
use bytes::Bytes;
use percent_encoding::percent_decode_str;

use crate::fault::FaultKind;

/// A complete request.
#[derive(Debug)]
pub(crate) struct HttpRequest {
    pub(crate) method: String,
    /// Path as received, with one leading slash.
    pub(crate) raw_path: String,
    /// Decoded path, without a slash at the end.
    pub(crate) path: String,
    /// Query as received.
    pub(crate) query: String,
    params: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Fault that applies to the response.
    pub(crate) order: Option<FaultKind>,
}

impl HttpRequest {
    /// Parses the parts of a request.
    pub(crate) fn new(
        method: &str,
        path: &str,
        query: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let params = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()))
            .collect();
        // If a client's base URL ends with a slash, its paths begin with two.
        let path = format!("/{}", path.trim_start_matches('/'));
        let path = path.as_str();
        // In a path, `+` is a plus sign.
        let decoded = percent_decode_str(path).decode_utf8_lossy();
        Self {
            method: method.to_owned(),
            raw_path: path.to_owned(),
            path: match decoded.trim_end_matches('/') {
                "" => "/".to_owned(),
                trimmed => trimmed.to_owned(),
            },
            query: query.to_owned(),
            params,
            headers,
            body,
            order: None,
        }
    }

    /// Returns a query parameter, by its name in any case.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Returns a header that is not empty. Clients send empty headers, which mean nothing.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let text = self.headers.get(name)?.to_str().ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// Returns the ID of the subscription that the path names.
    pub(crate) fn subscription(&self) -> Option<&str> {
        match self.segments()[..] {
            [first, id, ..] if first.eq_ignore_ascii_case("subscriptions") => Some(id),
            _ => None,
        }
    }

    /// Returns the segments of the path.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_paths_and_finds_parameters() {
        let request = HttpRequest::new(
            "GET",
            "/a%20b/%40/",
            "Api-Version=1&x=%2F",
            HeaderMap::new(),
            Bytes::new(),
        );
        assert_eq!(request.path, "/a b/@");
        assert_eq!(request.param("api-version"), Some("1"));
        assert_eq!(request.param("x"), Some("/"));
        let request = HttpRequest::new("GET", "//a//b", "", HeaderMap::new(), Bytes::new());
        assert_eq!((&*request.path, &*request.raw_path), ("/a//b", "/a//b"));
        let odd = HttpRequest::new("GET", "/100%+%zz%", "", HeaderMap::new(), Bytes::new());
        assert_eq!(odd.path, "/100%+%zz%");
    }
}
