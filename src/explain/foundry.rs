//! What to do about what Azure says of Foundry accounts, their projects and their agents. The codes
//! and words are reported ones, of Microsoft Learn's pages and of issues.

use super::register_command;
use azure::error::Error;

/// A code, or words, or both; and what to do about them.
type Step = (&'static str, &'static str, &'static str);

const STEPS: &[Step] = &[
    (
        "CustomDomainInUse",
        "",
        "No two accounts in Azure have one sub-domain: choose another `custom_subdomain_name`. An \
         account that was deleted within 48 hours keeps its own until it is purged: `az \
         cognitiveservices account list-deleted` shows it, and the action \
         `azureai_purge_foundry_account` purges it.",
    ),
    (
        "FlagMustBeSetForRestore",
        "",
        "An account of this name is deleted, and not purged. Set `restore_soft_deleted = true` to \
         have it back with all that was in it, or purge it by the action \
         `azureai_purge_foundry_account`.",
    ),
    (
        "NetworkInjectionUpdateNotAllowed",
        "",
        "Where agents run is settled when the account is made. Take the change back, or have the \
         account made anew: terraform apply -replace=ADDRESS",
    ),
    (
        "",
        "Invalid vnet resource ID",
        "The subnet of the agents is not there, or is not delegated to \
         `Microsoft.App/environments`, spelt so: az network vnet subnet show --ids SUBNET --query \
         delegations",
    ),
    (
        "",
        "proper address space",
        "Give the agents a subnet of 172.16.0.0/12 or 192.168.0.0/16: not every region takes \
         10.0.0.0/8 for them.",
    ),
    (
        "ResourceProviderError",
        "",
        "Mostly another account holds the agents' subnet: one that has failed, or is deleted and \
         not purged (az cognitiveservices account list-deleted). Purge it and wait until the \
         subnet has no `serviceAssociationLinks`, or give the agents another subnet. Then run \
         again: the account that has failed is made anew.",
    ),
    (
        "",
        "Parent account does not provision correctly",
        "The account has failed. Have it made anew, and with it what is in it: terraform apply \
         -replace=ADDRESS",
    ),
    (
        "",
        "There is an existing Capability Host",
        "An account or project has one capability host. To manage the one that is there, give this \
         one its name and `adopt_existing = true`; or have it deleted first.",
    ),
    (
        "",
        "capabilityHost Not Found",
        "The host of a project needs one of its account. Make an azureai_foundry_capability_host \
         whose `parent_id` is the account's ID, and let this one depend on it.",
    ),
    (
        "",
        "not in succeeded state",
        "The host of a project needs one of its account that is Succeeded. If that one has failed, \
         have it made anew: terraform apply -replace=ADDRESS",
    ),
    (
        "",
        "within the allowed timeout period",
        "Azure gave up after hours: mostly the region has no room for agents. Run again later: the \
         capability host that has failed is made anew. Or take another region.",
    ),
    (
        "CapabilityHostProvisioningFailed",
        "",
        "Mostly the Cosmos DB account is limited to less than the 3,000 RU/s that the agents of \
         each project need: az cosmosdb show --ids ID --query capacity. Raise the limit, and run \
         again: the capability host that has failed is made anew.",
    ),
    (
        "CapabilityHostOperationFailed",
        "",
        "Where Azure says no more, mostly a role of the project's identity in a store is missing, \
         or does not work yet: a new role assignment takes up to ten minutes. Run again then: the \
         capability host that has failed is made anew.",
    ),
    (
        "CannotDeleteResource",
        "nested resources",
        "Somebody else has made what Azure names, or it could not be deleted. Have it deleted, or \
         import it, and run again.",
    ),
];

/// Azure's words about providers that agents need.
const UNREGISTERED: &str = "not registered with the required resource providers";

/// What to do about it.
pub(super) fn step(error: &Error) -> Option<String> {
    let text = error.to_string();
    if text.contains(UNREGISTERED) {
        return Some(register_command(&["Microsoft.App", "Microsoft.ContainerService"]));
    }
    let is_it =
        |(code, words, _): &&Step| (code.is_empty() || error.code_is(code)) && text.contains(words);
    STEPS.iter().find(is_it).map(|(.., step)| (*step).to_owned())
}
