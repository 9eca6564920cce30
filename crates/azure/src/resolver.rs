//! What the resolver of this machine says of names, by its own files and servers.

use crate::deadline::Deadline;
use crate::error::Error;
use futures::future::join_all;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;
use tokio::net::lookup_host;

/// How long a name may take: resolvers ask several servers, each several times.
const PATIENCE: Duration = Duration::from_secs(15);

/// The addresses of each name, sorted. A name that leads nowhere, or of which nothing is heard in
/// time, has none.
///
/// # Errors
///
/// [`crate::error::ErrorKind::Cancelled`] when it is interrupted.
pub async fn addresses(
    names: &[String],
    until: &Deadline,
) -> Result<BTreeMap<String, Vec<IpAddr>>, Error> {
    let found = join_all(names.iter().map(|name| one(name, until.at_most(PATIENCE)))).await;
    names.iter().cloned().zip(found).map(|(name, found)| Ok((name, found?))).collect()
}

async fn one(name: &str, until: Deadline) -> Result<Vec<IpAddr>, Error> {
    // The port is for the form of the answer alone.
    let found = until.run(async { Ok(lookup_host((name, 443)).await) }).await;
    match found {
        Ok(Ok(found)) => {
            let found: BTreeSet<IpAddr> = found.map(|address| address.ip()).collect();
            Ok(found.into_iter().collect())
        }
        Err(error) if error.is_cancelled() => Err(error),
        Ok(Err(_)) | Err(_) => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_util::sync::CancellationToken;

    /// None of these names leaves the machine: one is in its own files, one is an address, and one
    /// is too long to be asked for.
    #[tokio::test]
    async fn names_lead_to_addresses_or_nowhere() {
        let long = "n".repeat(70);
        let names = ["localhost", "10.0.1.4", &long].map(str::to_owned);
        let until = Deadline::new(Duration::from_secs(60), CancellationToken::new());
        let found = addresses(&names, &until).await.unwrap();
        assert!(found["localhost"].iter().all(IpAddr::is_loopback), "{found:?}");
        assert!(!found["localhost"].is_empty());
        assert_eq!(found["10.0.1.4"], ["10.0.1.4".parse::<IpAddr>().unwrap()]);
        assert!(found[&long].is_empty());
    }

    #[tokio::test]
    async fn an_interruption_is_none_of_its_answers() {
        let cancel = CancellationToken::new();
        cancel.cancel();
        let until = Deadline::new(Duration::from_secs(60), cancel);
        let error = addresses(&["localhost".to_owned()], &until).await.unwrap_err();
        assert!(error.is_cancelled());
    }
}
