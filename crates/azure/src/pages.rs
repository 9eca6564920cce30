//! Lists, page by page: who needs no more than the first asks for no more.

use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::http::Arm;
use crate::id::ResourceId;
use crate::send::Call;
use serde_json::Value as Json;
use url::Url;

/// Pages that a list may have: a service that turns in circles must not keep us for ever.
const MOST_PAGES: usize = 10_000;

/// The pages of a list that are yet to come. They do not hold on to [`Arm`], which itself holds on
/// to those of the lists that it reads from.
pub struct Pages {
    /// What is listed.
    what: String,
    /// Where the next page is; `None` after the last.
    next: Option<Url>,
    read: usize,
}

impl Arm {
    /// The children of a type, in pages; none when the resource does not exist.
    ///
    /// # Errors
    ///
    /// [`Kind::Invalid`] when they cannot be asked for.
    pub fn pages(&self, id: &ResourceId, child: &str, api: &str) -> Result<Pages, Error> {
        let next = Some(self.url(&format!("{id}/{child}"), api)?);
        Ok(Pages { what: format!("{child} of {id}"), next, read: 0 })
    }

    /// Lists the children of a type, all pages of them; none when the resource does not exist.
    ///
    /// # Errors
    ///
    /// As [`Pages::next`], but never [`Kind::Absent`].
    pub async fn list(
        &self,
        id: &ResourceId,
        child: &str,
        api: &str,
        until: &Deadline,
    ) -> Result<Vec<Json>, Error> {
        let mut pages = self.pages(id, child, api)?;
        let mut all = Vec::new();
        loop {
            match pages.next(self, until).await {
                Ok(Some(page)) => all.extend(page),
                Ok(None) => return Ok(all),
                // It went while it was read.
                Err(error) if error.is_absent() => return Ok(Vec::new()),
                Err(error) => return Err(error),
            }
        }
    }
}

impl Pages {
    /// Reads the next page from where the list was begun; `None` after the last.
    ///
    /// # Errors
    ///
    /// Every kind, but [`Kind::Absent`] only after the first page; [`Kind::Broken`] when a page
    /// lies elsewhere.
    pub async fn next(&mut self, arm: &Arm, until: &Deadline) -> Result<Option<Vec<Json>>, Error> {
        let Some(url) = self.next.take() else {
            return Ok(None);
        };
        let broken =
            |why: &str| Error::new(Kind::Broken, format!("The list of {} {why}.", self.what));
        if self.read == MOST_PAGES {
            return Err(broken("does not end"));
        }
        self.read += 1;
        let answer = arm.send(&Call::get(url.clone()), until).await?;
        if !answer.is_success() {
            let error = answer.error();
            return if error.is_absent() && self.read == 1 { Ok(None) } else { Err(error) };
        }
        let mut page = answer.json()?;
        let Some(Json::Array(values)) = page.get_mut("value").map(Json::take) else {
            return Err(answer.identified(broken("has no values")));
        };
        if let Some(link) = page["nextLink"].as_str().filter(|link| !link.is_empty()) {
            let next = arm.own(link)?;
            if next == url {
                return Err(answer.identified(broken("goes on with the same page")));
            }
            self.next = Some(next);
        }
        Ok(Some(values))
    }
}
