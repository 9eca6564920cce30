//! Roles that the identities of projects need, other than on the stores of agents.

use super::remediation;
use crate::assessment::finding::Finding;
use crate::assessment::reader::{Read, Reader};
use crate::assessment::roles::{Right, Wanted};
use crate::codes::Code;
use azure::id::ResourceId;
use std::fmt::Display;

/// A role that the identity of a project needs, with the judged actions. Any role with these
/// actions will do.
#[derive(Clone, Copy, Debug)]
struct NeededRole {
    name: &'static str,
    actions: &'static [&'static str],
    data_actions: &'static [&'static str],
}

/// Role on each private endpoint of a hub's storage account, for files and data of its projects
/// (Microsoft Learn, "Configure a private link for Azure AI Foundry hubs").
const ENDPOINT_READER: NeededRole = NeededRole {
    name: "Reader",
    actions: &["Microsoft.Network/privateEndpoints/read"],
    data_actions: &[],
};

/// Roles on a hub's storage account without shared key access. A hub with keys does not need them;
/// this is a guess, because the page names the file role for private storage.
const STORAGE: [NeededRole; 2] = [
    NeededRole {
        name: "Storage Blob Data Contributor",
        actions: &[],
        data_actions: &["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"],
    },
    NeededRole {
        name: "Storage File Data Privileged Contributor",
        actions: &[],
        data_actions: &["Microsoft.Storage/storageAccounts/fileServices/fileshares/files/write"],
    },
];

/// Role on a registry that a Foundry account is connected to, for hosted agents (documents of the
/// Azure Developer CLI).
const PULL: NeededRole = NeededRole {
    name: "AcrPull",
    actions: &["Microsoft.ContainerRegistry/registries/pull/read"],
    data_actions: &[],
};

/// A project and its identities.
#[derive(Clone, Debug)]
pub(super) struct Project<'a> {
    /// Name of the project.
    pub(super) name: &'a str,
    /// Object IDs of the project's identities.
    pub(super) principals: Vec<&'a str>,
}

impl Project<'_> {
    /// Returns findings about roles that the project lacks on the hub's private storage account and
    /// its endpoints.
    pub(super) fn judge_storage(
        &self,
        reader: &Reader,
        storage: &ResourceId,
        endpoints: &[&ResourceId],
        takes_keys: bool,
    ) -> Vec<Finding> {
        let readers = endpoints.iter().filter_map(|id| self.lacks(reader, id, &ENDPOINT_READER));
        let needed = STORAGE.iter().filter(|_| !takes_keys);
        let data = needed.filter_map(|role| self.lacks(reader, storage, role));
        readers.chain(data).collect()
    }

    /// Returns a warning if the project lacks the role to pull images from a registry. Only hosted
    /// agents need the role.
    pub(super) fn judge_registry(&self, reader: &Reader, registry: &ResourceId) -> Option<Finding> {
        self.lacks(reader, registry, &PULL).map(Finding::perhaps)
    }

    fn lacks(&self, reader: &Reader, scope: &ResourceId, role: &NeededRole) -> Option<Finding> {
        let NeededRole { name, actions, data_actions } = *role;
        let first = self.principals.first()?;
        let wanted = Wanted { principal: first, actions, data_actions, scope };
        let right = wanted.best_right(&self.principals, reader);
        lacking(self.name, scope, name, right, || remediation::role(scope, name, self.name, first))
    }
}

/// Returns a finding about a role that the identity of a project lacks. An unknown permission gives
/// a finding that it could not be verified.
pub(super) fn lacking(
    who: &str,
    scope: &ResourceId,
    role: &str,
    right: Read<Right>,
    fix: impl Fn() -> String,
) -> Option<Finding> {
    let at = scope.name();
    let unverified = |why: &dyn Display| {
        let what = format!(
            "whether the identity of {who} has the permissions of the role {role:?} on {at}"
        );
        Some(Finding::unverified(scope, &what, why))
    };
    match right {
        Read::Found(Right::No) => {
            let message =
                format!("the identity of {who} lacks the permissions of the role {role:?} on {at}");
            Some(Finding::of(Code::MissingRole, scope, message).fixed_by([fix()]))
        }
        Read::Found(Right::Unknown) => {
            unverified(&"a group membership or a condition may grant them")
        }
        Read::Hidden(why) => unverified(&why),
        Read::Found(Right::Yes) | Read::Absent | Read::Pending => None,
    }
}
