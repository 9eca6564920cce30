//! The attributes of a connection to an Azure resource, by the resource's type, as in Microsoft's
//! templates for agents and samples of connections.

use crate::private_link::arm_types::{
    AI_SERVICES_ACCOUNT, APPLICATION_INSIGHTS, ArmType, CONTAINER_REGISTRY, COSMOS_DB_ACCOUNT,
    KEY_VAULT, SEARCH_SERVICE, STORAGE_ACCOUNT,
};
use crate::private_link::environment::Environment;
use crate::private_link::services::service;
use azure::id::ResourceId;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The types of resources that determine everything except their ID.
pub(super) const TYPES: &[&str] = &[
    COSMOS_DB_ACCOUNT.name,
    STORAGE_ACCOUNT.name,
    SEARCH_SERVICE.name,
    AI_SERVICES_ACCOUNT.name,
    APPLICATION_INSIGHTS.name,
    KEY_VAULT.name,
    CONTAINER_REGISTRY.name,
];

/// The attributes of a connection to a type of resource.
pub(super) struct Target {
    arm_type: ArmType,
    category: &'static str,
    /// How agents authenticate.
    pub(super) auth_type: &'static str,
    address: Address,
}

/// The form of a resource's `target`.
enum Address {
    /// The resource's ID.
    Id,
    /// A URL in the resource's body. If the body lacks it, the resource's name with the suffix of a
    /// group, between these texts.
    Shown { pointer: &'static str, group: &'static str, after: &'static str },
}

const fn shown(pointer: &'static str, group: &'static str, after: &'static str) -> Address {
    Address::Shown { pointer, group, after }
}

static TARGETS: [Target; 7] = [
    Target {
        arm_type: COSMOS_DB_ACCOUNT,
        category: "CosmosDb",
        auth_type: "AAD",
        address: shown("/properties/documentEndpoint", "Sql", ":443/"),
    },
    Target {
        arm_type: STORAGE_ACCOUNT,
        category: "AzureStorageAccount",
        auth_type: "AAD",
        address: shown("/properties/primaryEndpoints/blob", "blob", "/"),
    },
    Target {
        arm_type: SEARCH_SERVICE,
        category: "CognitiveSearch",
        auth_type: "AAD",
        address: shown("/properties/endpoint", "searchService", ""),
    },
    Target {
        arm_type: AI_SERVICES_ACCOUNT,
        category: "AIServices",
        auth_type: "AAD",
        address: shown("/properties/endpoint", "account", "/"),
    },
    Target {
        arm_type: APPLICATION_INSIGHTS,
        category: "AppInsights",
        auth_type: "ApiKey",
        address: Address::Id,
    },
    Target {
        arm_type: KEY_VAULT,
        category: "AzureKeyVault",
        auth_type: "AccountManagedIdentity",
        address: Address::Id,
    },
    Target {
        arm_type: CONTAINER_REGISTRY,
        category: "ContainerRegistry",
        auth_type: "ManagedIdentity",
        address: shown("/properties/loginServer", "registry", ""),
    },
];

/// Returns the attributes of a connection to a resource, or `None` for types outside [`TYPES`].
pub(super) fn of(id: &ResourceId) -> Option<&'static Target> {
    TARGETS.iter().find(|target| id.is_type(target.arm_type.name))
}

impl Target {
    /// Returns the API version for requests to the resource.
    pub(super) fn api(&self) -> &'static str {
        self.arm_type.api_version
    }

    /// Returns the category of the resource, which its body can refine.
    pub(super) fn category(&self, body: &Json) -> &'static str {
        match body["kind"].as_str() {
            Some("OpenAI") if self.category == "AIServices" => "AzureOpenAI",
            _ => self.category,
        }
    }

    /// Returns `true` if connections with this category and `auth_type` lead to such a resource.
    pub(super) fn is_of(&self, category: &str, auth_type: &str) -> bool {
        let openai = self.category == "AIServices" && category.eq_ignore_ascii_case("AzureOpenAI");
        (openai || self.category.eq_ignore_ascii_case(category))
            && self.auth_type.eq_ignore_ascii_case(auth_type)
    }

    /// Returns the `target`, or `None` if neither the body nor the name contains it.
    pub(super) fn address(
        &self,
        id: &ResourceId,
        body: &Json,
        environment: Option<Environment>,
    ) -> Option<String> {
        let Address::Shown { pointer, group, after } = self.address else {
            return Some(id.to_string());
        };
        if let Some(address) = body.pointer(pointer).and_then(Json::as_str) {
            return Some(address.to_owned());
        }
        let service = service(self.arm_type.name)?;
        let mut suffixes = service.suffixes(group);
        let (_, suffix) = suffixes.find(|(cloud, _)| Some(*cloud) == environment)?;
        let scheme = if self.category == "ContainerRegistry" { "" } else { "https://" };
        Some(format!("{scheme}{}.{}{after}", id.name().to_lowercase(), suffix.public))
    }
}

/// Returns the metadata that identify the resource in Azure. A capability host needs `ResourceId`.
pub(super) fn metadata(id: &str, location: Option<&str>) -> BTreeMap<String, String> {
    let texts = [("ApiType", Some("Azure")), ("ResourceId", Some(id)), ("location", location)];
    let texts = texts.into_iter().filter_map(|(name, text)| Some((name, text?)));
    texts.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}
