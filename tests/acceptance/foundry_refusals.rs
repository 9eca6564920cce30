//! Azure's errors about Foundry, from issues and Microsoft's pages. Each row is an error of the
//! plan, is retried, or is explained with the next step.

use emulator::Fault;

use crate::foundry::{ACCOUNT, PROJECT};
use crate::foundry_connections::{STORES, foundry};
use crate::foundry_hosts::{ACCOUNT_HOST, HOST};
use crate::pieces;
use crate::world::World;

/// Expected result of a row.
enum Expected {
    /// The plan fails. Has the configuration, and the attribute and words of the error.
    Before(String, &'static [&'static str]),
    /// The apply meets the fault and succeeds.
    Passes(Fault),
    /// The apply fails with Azure's words and the next step.
    Next(Fault, &'static [&'static str]),
}

use Expected::{Before, Next, Passes};

/// Resource whose request has the fault.
#[derive(Clone, Copy)]
enum Made {
    Account,
    Project,
    Host,
}

impl Made {
    fn world(self) -> World {
        match self {
            Self::Account | Self::Project => World::new(),
            Self::Host => foundry(),
        }
    }

    fn hcl(self) -> String {
        match self {
            Self::Account => ACCOUNT.to_owned(),
            Self::Project => [ACCOUNT, PROJECT].concat(),
            Self::Host => {
                let after = "  depends_on = [azureai_foundry_capability_host.account]\n";
                [STORES, ACCOUNT_HOST, &pieces::with(HOST, after)].concat()
            }
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Account => "/accounts/aif-it",
            Self::Project => "/projects/speech",
            Self::Host => "/agents/capabilityHosts/agents",
        }
    }

    /// Returns a fault that answers the resource's `PUT` with a status.
    fn status(self, status: u16, code: &str, words: &str) -> Fault {
        Fault::status(status, code, words).method("PUT").path(self.path())
    }

    /// Returns a fault that fails the operation of the resource's `PUT`.
    fn ends(self, code: &str, words: &str) -> Fault {
        Fault::operation(code, words).method("PUT").path(self.path())
    }

    fn meets(self, row: &str, expected: Expected) {
        let world = self.world();
        let hcl = match &expected {
            Before(hcl, _) => hcl.clone(),
            Passes(_) | Next(..) => self.hcl(),
        };
        world.config(&hcl);
        match expected {
            Before(_, says) => {
                let refused = world.plan().fails_with(says[0]);
                says.iter().fold(refused, |refused, words| refused.says(words));
            }
            Passes(fault) => {
                world.cloud.fault(fault);
                world.apply().succeeds();
                assert!(world.cloud.faults_met() > 0, "{row}");
            }
            Next(fault, says) => {
                world.cloud.fault(fault);
                let refused = world.apply().fails_with(says[0]);
                let _ = says.iter().fold(refused, |refused, words| refused.says(words));
                world.cloud.forget_faults();
                world.apply().succeeds();
                world.plan().is_quiet();
            }
        }
    }
}

fn changed(made: Made, from: &str, to: &str) -> String {
    let hcl = made.hcl();
    assert!(hcl.contains(from), "nowhere: {from}");
    hcl.replacen(from, to, 1)
}

#[test]
fn account_errors_are_retried_or_explained() {
    use Made::Account;
    let busy = "Account aif-it in state Accepted";
    for (row, expected) in [
        ("busy", Passes(Account.status(400, "AccountProvisioningStateInvalid", busy))),
        ("being written", Passes(Account.status(409, "RequestConflict", "Another operation."))),
        (
            "subdomain",
            Next(
                Account.status(409, "CustomDomainInUse", "Please pick a different name."),
                &["CustomDomainInUse", "azureai_purge_foundry_account", "custom_subdomain_name ="],
            ),
        ),
        (
            "deleted",
            Next(
                Account.status(409, "FlagMustBeSetForRestore", "An existing resource is deleted."),
                &["FlagMustBeSetForRestore", "restore_soft_deleted = true", "  name "],
            ),
        ),
        (
            "held subnet",
            Next(
                Account.ends(
                    "ResourceProviderError",
                    "Failed to create Aml RP virtual workspace due to System.Exception: Failed \
                     async operation",
                ),
                &["Aml RP virtual workspace", "list-deleted", "serviceAssociationLinks"],
            ),
        ),
        (
            "injection",
            Next(
                Account.status(
                    400,
                    "NetworkInjectionUpdateNotAllowed",
                    "Removing NetworkInjections is not allowed once it has been set.",
                ),
                &["NetworkInjectionUpdateNotAllowed", "terraform apply -replace=ADDRESS"],
            ),
        ),
        (
            "unregistered",
            Next(
                Account.status(
                    409,
                    "MissingSubscriptionRegistration",
                    "The subscription is not registered to use namespace \
                     'Microsoft.CognitiveServices'. See https://aka.ms/rps-not-found.",
                ),
                &["az provider register --wait --namespace Microsoft.CognitiveServices"],
            ),
        ),
        (
            "region",
            Next(
                Account.status(
                    400,
                    "LocationNotAvailableForResourceType",
                    "The provided location 'eastus' is not available for resource type \
                     'Microsoft.CognitiveServices/accounts'. List of available regions: 'westus'.",
                ),
                &["LocationNotAvailableForResourceType", "location              = \"East US\""],
            ),
        ),
    ] {
        Account.meets(row, expected);
    }
}

#[test]
fn invalid_accounts_are_errors_in_the_plan() {
    use Made::Account;
    for (row, expected) in [
        (
            "small range",
            Before(
                pieces::with(
                    ACCOUNT,
                    "  network_acls {\n    default_action = \"Deny\"\n    ip_rules = \
                     [\"203.0.113.8/31\"]\n  }\n",
                ),
                &["too small a range", "ip_rules"],
            ),
        ),
        (
            "two networks",
            Before(
                pieces::with(
                    ACCOUNT,
                    "  agent_subnet_id = local.subnet\n  managed_network = true\n",
                ),
                &["The agents have two networks", "managed_network = true"],
            ),
        ),
        (
            "undelegated subnet",
            Before(
                pieces::with(ACCOUNT, "  agent_subnet_id = local.subnet\n"),
                &["is not delegated to Microsoft.App/environments", "agent_subnet_id"],
            ),
        ),
    ] {
        Account.meets(row, expected);
    }
}

#[test]
fn project_errors_are_retried_or_explained() {
    use Made::Project;
    for (row, expected) in [
        ("busy", Passes(Project.status(409, "RequestConflict", "Another operation."))),
        (
            "failed account",
            Next(
                Project.status(
                    400,
                    "BadRequest",
                    "Parent account does not provision correctly, please retry creating the \
                     account.",
                ),
                &["Parent account does not provision correctly", "The account failed"],
            ),
        ),
    ] {
        Project.meets(row, expected);
    }
}

#[test]
fn account_delete_error_explains_nested_resources() {
    let world = World::new();
    world.config(&pieces::with(ACCOUNT, "\n  timeouts {\n    delete = \"8s\"\n  }\n"));
    world.apply().creates(1);
    let text = "Cannot delete resource while nested resources exist. Some existing nested resource \
                IDs include: 'theirs'.";
    let fault = Fault::status(409, "CannotDeleteResource", text).method("DELETE");
    world.cloud.fault(fault.path("/accounts/aif-it").count(0));
    world
        .destroy()
        .fails_with("nested resources exist")
        .says("Delete or import them, and apply again");
}

#[test]
fn invalid_hosts_are_errors_and_conflicts_are_retried() {
    use Made::Host;
    let storage = "[azureai_foundry_connection.storage.name]";
    for (row, expected) in [
        ("no store", Before(changed(Host, storage, "null"), &["lacks `storage_connections`"])),
        (
            "two names",
            Before(
                changed(Host, storage, "[\"a1\", \"b1\"]"),
                &["A store needs exactly one connection"],
            ),
        ),
        (
            "a project's subnet",
            Before(
                changed(Host, "  storage_conn", "  subnet_id = local.subnet\n  storage_conn"),
                &["cannot have `subnet_id`"],
            ),
        ),
        (
            "busy",
            Passes(Host.status(
                409,
                "Conflict",
                "Create: Capability Host agents is currently in non creating, retry after its \
                 complete: x",
            )),
        ),
        ("conflict", Passes(Host.ends("Conflict", "Resource agents is in conflicting state"))),
        ("transient", {
            let fault = Fault::status(200, "TransientError", "Try again.").method("GET");
            Passes(fault.path("/operations/"))
        }),
    ] {
        Host.meets(row, expected);
    }
}

#[test]
fn host_errors_are_explained() {
    use Made::Host;
    let refused = |words: &str| Host.status(400, "BadRequest", words);
    for (row, expected) in [
        (
            "another host",
            Next(
                Host.status(
                    409,
                    "Conflict",
                    "There is an existing Capability Host with name: X, provisioning state: \
                     Succeeded for workspace: s/g/a@AML/Y, cannot create a new Capability Host \
                     with name: Y for the same ClientId.",
                ),
                &["There is an existing Capability Host", "adopt_existing = true"],
            ),
        ),
        (
            "no account host",
            Next(
                refused("Foundry Account capabilityHost Not Found"),
                &["capabilityHost Not Found", "whose `parent_id` is the account's ID"],
            ),
        ),
        (
            "account host",
            Next(
                refused("CapabilityHost not in succeeded state"),
                &["not in succeeded state", "terraform apply -replace=ADDRESS"],
            ),
        ),
    ] {
        Host.meets(row, expected);
    }
}

#[test]
fn host_network_and_store_errors_are_explained() {
    use Made::Host;
    let refused = |words: &str| Host.status(400, "BadRequest", words);
    let failed = |words: &str| Host.ends("CapabilityHostOperationFailed", words);
    for (row, expected) in [
        (
            "unregistered",
            Next(
                refused(
                    "Subscripton is not registered with the required resource providers, please \
                     register with the resource providers Microsoft.App.",
                ),
                &["az provider register --wait --namespace Microsoft.App"],
            ),
        ),
        (
            "range",
            Next(
                refused(
                    "Provided subnet must be of the proper address space. Please provide a subnet \
                     which has address space in the range of 172 or 192.",
                ),
                &["proper address space", "Use a subnet in 172.16.0.0/12"],
            ),
        ),
        (
            "delegation",
            Next(
                failed(
                    "The environment network configuration is invalid: Invalid vnet resource ID \
                     provided, or the virtual network could not be found.",
                ),
                &["Invalid vnet resource ID", "az network vnet subnet show"],
            ),
        ),
        (
            "roles",
            Next(failed("Failed."), &["CapabilityHostOperationFailed", "takes up to ten minutes"]),
        ),
        (
            "throughput",
            Next(
                Host.ends("CapabilityHostProvisioningFailed", "Failed."),
                &["CapabilityHostProvisioningFailed", "3,000 RU/s", "thread_storage_connections"],
            ),
        ),
        (
            "full region",
            Next(
                failed(
                    "The resource provision operation did not complete within the allowed timeout \
                     period.",
                ),
                &["within the allowed timeout period", "Otherwise choose another region"],
            ),
        ),
    ] {
        Host.meets(row, expected);
    }
}
