//! Waits until a written object is ready, and approves the connection that it creates on another
//! object, if the configuration asks for that.

use super::approval::{APPROVE, Approval, Before, Found, key};
use super::managed::{Managed, Reading};
use super::patience::Patience;
use super::{ArmResource, Moment, PendingCondition};
use crate::engine::call::Call;
use crate::engine::related::visible;
use crate::explain::{explain, named};
use crate::private_link::connection::{self, APPROVED, CONNECTIONS, PENDING};
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use azure::merge;
use azure::write::{Change, WriteMethod};
use plugin::prelude::*;
use serde_json::Value as Json;

/// The condition that a create ends, which may itself wait for an approval.
const UNDER_WAY: PendingCondition =
    PendingCondition { step: "", what: String::new(), within: None, or_else: None };

/// The reason why an object is not ready.
pub(super) enum NotReady {
    /// The object cannot be read, so nothing is known about it.
    Unread(Diagnostic),
    /// A condition is not met, or never will be.
    Unmet(Diagnostic),
}

impl From<NotReady> for Diagnostic {
    fn from(it: NotReady) -> Self {
        match it {
            NotReady::Unread(fault) | NotReady::Unmet(fault) => fault,
        }
    }
}

impl<R: ArmResource> Managed<R> {
    /// Sets the model from the object when the object is ready. Conditions that the object can do
    /// without are waited for only after a write.
    pub(super) async fn wait_until_ready(
        &self,
        call: Call<'_>,
        model: &mut R,
        id: &ResourceId,
        mut reply: Json,
        written: bool,
        before: &Before,
    ) -> Result<(), NotReady> {
        let mut patience = Patience::default();
        // The time may also end during a read.
        let unread = |error: Error, missing: Option<Diagnostic>| match missing {
            Some(missing) if error.kind() == ErrorKind::Timeout => NotReady::Unmet(missing),
            _ => NotReady::Unread(Self::fault("Reading", id, &error)),
        };
        let mut missing: Option<Diagnostic> = None;
        loop {
            let loaded = self.load(call, model, id, &reply, Reading::Written).await;
            loaded.map_err(NotReady::Unread)?;
            let judged = call.assess(|reader| model.pending(Moment::Written, reader)).await;
            let judged = judged.map_err(|error| unread(error, missing.take()));
            let judged = judged?.map_err(NotReady::Unmet)?;
            let approval = model.approval().filter(|it| it.is_due);
            let waits = written || approval.is_some();
            let Some(pending) = judged.filter(|it| waits || !it.is_whole()) else {
                return Ok(());
            };
            let is_whole = pending.is_whole();
            if let Some(approval) = &approval
                && let Err(fault) = Self::approve(call, approval, before).await
            {
                if !is_whole {
                    return Err(NotReady::Unmet(fault));
                }
                call.context.warn(Diagnostic { severity: Severity::Warning, ..fault });
                return Ok(());
            }
            missing = pending.or_else.clone().filter(|_| !is_whole);
            match (patience.pause(&pending, call.until).await, pending.or_else) {
                (Ok(()), _) => {
                    let found = visible(call.arm, id, R::TYPE.api_version, call.until).await;
                    reply = found.map_err(|error| unread(error, missing.take()))?;
                }
                (Err(_), Some(warning)) if is_whole => {
                    call.context.warn(warning);
                    return Ok(());
                }
                (Err(error), Some(fault)) if error.kind() == ErrorKind::Timeout => {
                    return Err(NotReady::Unmet(fault));
                }
                (Err(error), _) => {
                    let (what, label) = (pending.what, R::TYPE.label);
                    let doing = format!("Waiting for {what} of {label} {}", named(id));
                    return Err(NotReady::Unmet(explain(&doing, &error)));
                }
            }
        }
    }

    /// Returns the connections that the target has before a create. If they cannot be read, the
    /// approval reports that later.
    pub(super) async fn connections_before(call: Call<'_>, model: &R, id: &ResourceId) -> Before {
        let begun = call.context.begun(id.as_str()).is_some();
        let approval = model.approval().filter(|_| !begun)?;
        let api = connection::api_version(&approval.target)?;
        let listed = call.arm.list(&approval.target, CONNECTIONS, api, call.until).await.ok()?;
        Some(listed.iter().map(key).collect())
    }

    /// Approves the connection during a create that may itself wait for the approval. After the
    /// create, [`Managed::wait_until_ready`] reports why a connection is not approved.
    pub(super) async fn approving<T>(
        call: Call<'_>,
        model: &R,
        before: &Before,
        made: impl Future<Output = T>,
    ) -> T {
        let approval = model.approval().filter(|it| it.is_due);
        let Some(approval) = approval else { return made.await };
        let looks = async {
            let mut patience = Patience::default();
            while patience.pause(&UNDER_WAY, call.until).await.is_ok() {
                drop(Self::approve(call, &approval, before).await);
            }
        };
        tokio::pin!(made);
        tokio::select! {
            biased;
            made = &mut made => made,
            () = looks => made.await,
        }
    }

    /// Approves the connection if it is pending.
    ///
    /// # Errors
    ///
    /// An error if the connection cannot be approved. Transient errors are ignored.
    pub(super) async fn approve(
        call: Call<'_>,
        approval: &Approval,
        before: &Before,
    ) -> Result<(), Diagnostic> {
        let Call { arm, until, .. } = call;
        let target = &approval.target;
        let Some(api) = connection::api_version(target) else { return Ok(()) };
        let doing = format!("Approving the connection of {} to {}", R::TYPE.label, named(target));
        let told = |error| match passes(&error) {
            true => Ok(()),
            false => Err(explain(&doing, &error).at(Path::of(APPROVE))),
        };
        let listed = match arm.list(target, CONNECTIONS, api, until).await {
            Ok(listed) => listed,
            Err(error) => return told(error),
        };
        let seen = approval.find(&listed, before);
        if let Some(refusal) = approval.refusal(&seen) {
            return Err(refusal);
        }
        let Found::Pending(live) = seen else { return Ok(()) };
        let Ok(id) = ResourceId::parse(live["id"].as_str().unwrap_or_default()) else {
            return Ok(());
        };
        let compose = |live: &Json| Ok(approved(live));
        let on_accepted = &|| ();
        let method = WriteMethod::Put;
        let change = Change { id: &id, api, method, compose: &compose, on_accepted };
        let Err(failed) = arm.change(&change, None, until).await else { return Ok(()) };
        // The service may have approved or removed the connection at the same time.
        let listed = arm.list(target, CONNECTIONS, api, until).await.unwrap_or_default();
        match approval.find(&listed, before) {
            Found::Pending(_) => told(failed.error),
            _ => Ok(()),
        }
    }
}

/// Returns the body that approves a pending connection, or `None` if the connection is decided.
fn approved(live: &Json) -> Option<Json> {
    let changes =
        connection::decide(live, APPROVED, None).filter(|_| connection::is(live, PENDING));
    changes.map(|changes| {
        let mut whole = live.clone();
        merge::merge(&mut whole, &changes);
        whole
    })
}

/// Returns `true` if the next try may succeed.
fn passes(error: &Error) -> bool {
    let refuses = [ErrorKind::Denied, ErrorKind::Invalid, ErrorKind::SignIn, ErrorKind::Decode];
    !refuses.contains(&error.kind())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_decided_connection_is_not_overwritten() {
        let connected = |status: &str| {
            json!({"properties": {
                "privateEndpoint": {"id": "/e"},
                "privateLinkServiceConnectionState": {"status": status},
            }})
        };
        assert!(approved(&connected("Rejected")).is_none());
        assert!(approved(&connected("Approved")).is_none());
        let whole = approved(&connected("Pending")).unwrap();
        assert!(connection::is(&whole, APPROVED));
        assert_eq!(connection::endpoint(&whole), "/e");
    }
}
