//! A request as the rest of the emulator sees it.

use axum::http::HeaderMap;
use bytes::Bytes;
use percent_encoding::percent_decode_str;

use crate::fault::FaultKind;

/// One request, read whole.
#[derive(Debug)]
pub(crate) struct HttpRequest {
    pub(crate) method: String,
    /// The path as it came, with one slash at its beginning.
    pub(crate) raw_path: String,
    /// The path decoded, without a slash at the end.
    pub(crate) path: String,
    /// The query as it came.
    pub(crate) query: String,
    params: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What was ordered to go wrong inside the response.
    pub(crate) order: Option<FaultKind>,
}

impl HttpRequest {
    /// Takes the parts of a request apart.
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
        // A client whose base ends with a slash begins every path with two.
        let path = format!("/{}", path.trim_start_matches('/'));
        let path = path.as_str();
        // In a path `+` is a plus.
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

    /// A query parameter, by its name in any casing.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// A header with something in it. Clients send empty ones, which mean nothing.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let text = self.headers.get(name)?.to_str().ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// The ID of the subscription that it names.
    pub(crate) fn subscription(&self) -> Option<&str> {
        match self.segments()[..] {
            [first, id, ..] if first.eq_ignore_ascii_case("subscriptions") => Some(id),
            _ => None,
        }
    }

    /// The parts of the path between slashes.
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
