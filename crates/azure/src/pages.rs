//! Lists, page by page. A caller that needs only the first page reads no more.

use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind};
use crate::id::ResourceId;
use crate::request::{ArmRequest, ArmResponse};
use crate::sender::Sender;
use serde_json::Value as Json;
use std::sync::Arc;
use url::Url;

/// Maximum number of pages, so that a service that repeats pages cannot keep a call busy forever.
const MAX_PAGES: usize = 10_000;

/// Remaining pages of a list.
pub struct Pages {
    sender: Arc<Sender>,
    /// Name of the list in messages.
    what: String,
    /// URL of the next page. `None` after the last page.
    next: Option<Url>,
    read: usize,
}

impl Pages {
    /// Returns the pages of the children of a type.
    pub(crate) fn new(
        sender: Arc<Sender>,
        id: &ResourceId,
        child: &str,
        api: &str,
    ) -> Result<Self, Error> {
        let next = Some(sender.url(&format!("{id}/{child}"), api)?);
        Ok(Self { sender, what: format!("{child} of {id}"), next, read: 0 })
    }

    /// Reads all objects. Returns `None` if the parent does not exist.
    pub(crate) async fn all(mut self, until: &Deadline) -> Result<Option<Vec<Json>>, Error> {
        let mut all = None;
        loop {
            match self.next(until).await {
                Ok(Some(page)) => all.get_or_insert_with(Vec::new).extend(page),
                Ok(None) => return Ok(all),
                // The parent was deleted during the read.
                Err(error) if error.is_not_found() => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads the next page. Returns `None` after the last page.
    ///
    /// # Errors
    ///
    /// Returns every kind, but [`ErrorKind::NotFound`] only after the first page. Returns
    /// [`ErrorKind::Decode`] if the response is not a page of a list, and [`ErrorKind::Protocol`]
    /// if the next page is on another host.
    pub async fn next(&mut self, until: &Deadline) -> Result<Option<Vec<Json>>, Error> {
        let Some(url) = self.next.take() else {
            return Ok(None);
        };
        let broken = |why: &str| {
            Error::new(ErrorKind::Protocol, format!("The list of {} {why}.", self.what))
        };
        if self.read == MAX_PAGES {
            return Err(broken(&format!("has more than {MAX_PAGES} pages")));
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
                return Err(response.identified(broken("repeats the same page")));
            }
            self.next = Some(next);
        }
        Ok(Some(values))
    }
}

/// A page in ARM's form (ARM RPC, `GET` of a collection).
struct Page {
    values: Vec<Json>,
    next_link: Option<String>,
}

impl Page {
    /// Decodes a page. Null means no values or no next page. A response without the member `value`
    /// is an error, because it does not describe a list.
    fn decode(response: &ArmResponse) -> Result<Self, Error> {
        let mut page = response.json()?;
        let values = match page.get_mut("value").map(Json::take) {
            Some(Json::Array(values)) => values,
            Some(Json::Null) => Vec::new(),
            Some(_) => {
                return Err(response.decode_error("has a `value` that is not an array."));
            }
            None => {
                let text = "has no array `value`, so it is not a page of a list.";
                return Err(response.decode_error(text));
            }
        };
        let next_link = match page.get_mut("nextLink").map(Json::take) {
            None | Some(Json::Null) => None,
            Some(Json::String(link)) => Some(link).filter(|link| !link.is_empty()),
            Some(_) => return Err(response.decode_error("has a `nextLink` that is not a string.")),
        };
        Ok(Self { values, next_link })
    }
}
