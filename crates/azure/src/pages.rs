//! Lists, page by page: who needs no more than the first asks for no more.

use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind};
use crate::id::ResourceId;
use crate::request::{ArmRequest, ArmResponse};
use crate::sender::Sender;
use serde_json::Value as Json;
use std::sync::Arc;
use url::Url;

/// Pages that a list may have: a service that turns in circles must not keep us for ever.
const MAX_PAGES: usize = 10_000;

/// The pages of a list that are yet to come.
pub struct Pages {
    sender: Arc<Sender>,
    /// What is listed.
    what: String,
    /// Where the next page is; `None` after the last.
    next: Option<Url>,
    read: usize,
}

impl Pages {
    /// The children of a type.
    pub(crate) fn new(
        sender: Arc<Sender>,
        id: &ResourceId,
        child: &str,
        api: &str,
    ) -> Result<Self, Error> {
        let next = Some(sender.url(&format!("{id}/{child}"), api)?);
        Ok(Self { sender, what: format!("{child} of {id}"), next, read: 0 })
    }

    /// All that is on them; `None` when what they are of does not exist.
    pub(crate) async fn all(mut self, until: &Deadline) -> Result<Option<Vec<Json>>, Error> {
        let mut all = None;
        loop {
            match self.next(until).await {
                Ok(Some(page)) => all.get_or_insert_with(Vec::new).extend(page),
                Ok(None) => return Ok(all),
                // It went while it was read.
                Err(error) if error.is_not_found() => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads the next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// Every kind, but [`ErrorKind::NotFound`] only after the first page; [`ErrorKind::Decode`]
    /// when the answer is no page of a list, and [`ErrorKind::Protocol`] when a page lies
    /// elsewhere.
    pub async fn next(&mut self, until: &Deadline) -> Result<Option<Vec<Json>>, Error> {
        let Some(url) = self.next.take() else {
            return Ok(None);
        };
        let broken = |why: &str| {
            Error::new(ErrorKind::Protocol, format!("The list of {} {why}.", self.what))
        };
        if self.read == MAX_PAGES {
            return Err(broken("does not end"));
        }
        self.read += 1;
        let response = self.sender.send(&ArmRequest::get(url.clone()), until).await?;
        if !response.is_success() {
            let error = response.error();
            return if error.is_not_found() && self.read == 1 { Ok(None) } else { Err(error) };
        }
        let Page { values, next_link } = Page::decode(&response)?;
        if let Some(link) = next_link {
            let next = self.sender.own_url(&link)?;
            if next == url {
                return Err(response.identified(broken("goes on with the same page")));
            }
            self.next = Some(next);
        }
        Ok(Some(values))
    }
}

/// One page as ARM answers it (ARM RPC, `GET` of a collection).
struct Page {
    values: Vec<Json>,
    next_link: Option<String>,
}

impl Page {
    /// Null is no values, and no next page. An answer that does not even name its values is no
    /// page: it says nothing of what there is.
    fn decode(response: &ArmResponse) -> Result<Self, Error> {
        let mut page = response.json()?;
        let values = match page.get_mut("value").map(Json::take) {
            Some(Json::Array(values)) => values,
            Some(Json::Null) => Vec::new(),
            Some(_) => {
                return Err(response.decode_error("has a `value` that is no array of a list."));
            }
            None => {
                let text = "has no values: a page of a list must have an array `value`.";
                return Err(response.decode_error(text));
            }
        };
        let next_link = match page.get_mut("nextLink").map(Json::take) {
            None | Some(Json::Null) => None,
            Some(Json::String(link)) => Some(link).filter(|link| !link.is_empty()),
            Some(_) => return Err(response.decode_error("has a `nextLink` that is no text.")),
        };
        Ok(Self { values, next_link })
    }
}
