//! What goes wrong on the way to a token, and after it.

use emulator::{Fault, FaultKind};

use super::platform::Platform;
use super::{keeps_secret_beside, one_for_each_process, secret_file, tokens, verbose, world};
use crate::pieces;
use crate::world::World;

/// A world with the usual secret, and a fault at its token service.
fn world_with(fault: Fault) -> World {
    let world = World::new();
    world.cloud.fault(fault.path("/oauth2/"));
    world.config(pieces::ZONE);
    world
}

#[test]
fn a_wrong_secret() {
    let mut world = world();
    verbose(&mut world);
    world.set("ARM_CLIENT_SECRET", "not-the-secret");
    world
        .apply()
        .fails_with("AADSTS7000215")
        .says("Connecting to Azure: signing in to Azure failed")
        .says("The provider tried to sign in with a client secret, with")
        .says("`client_secret` from the environment variable ARM_CLIENT_SECRET")
        .says("Set the secret's value, not its ID")
        .keeps_quiet_about("not-the-secret");
    keeps_secret_beside(&world, "sign-in", &["not-the-secret"]);
    assert!(!world.cloud.has(pieces::ZONE_PATH));
}

#[test]
fn a_wrong_tenant_or_client() {
    for (name, code, advice) in [
        ("ARM_TENANT_ID", "AADSTS90002", "The tenant does not exist in this cloud."),
        ("ARM_CLIENT_ID", "AADSTS700016", "Check that the ID is the application's client ID"),
    ] {
        let mut world = World::new();
        world.set(name, "00000000-1111-2222-3333-444444444444").config(pieces::ZONE);
        world.apply().fails_with(code).says(advice).says(name);
    }
}

#[test]
fn a_token_service_that_is_down() {
    let world = world_with(Fault::new(FaultKind::ResetBefore).count(0));
    world.apply().fails_with("signing in to Azure failed").says("cannot be reached");
    world.cloud.forget_faults();
    world.apply().creates(1);
}

#[test]
fn a_token_service_that_is_down_for_a_moment() {
    let world = world_with(Fault::new(FaultKind::ResetBefore).count(3));
    world.apply().creates(1);
    let busy = Fault::status(503, "ServiceUnavailable", "Later.").retry_after("1");
    let world = world_with(busy.count(2));
    world.apply().creates(1);
}

#[test]
fn a_token_service_that_is_slow() {
    let world = world_with(Fault::new(FaultKind::Delay { milliseconds: 3_000 }).count(0));
    world.config(&pieces::one_of_each());
    world.apply().creates(5);
    assert!(one_for_each_process(tokens(&world)), "nobody asks twice");
}

#[test]
fn a_token_service_that_answers_with_a_page() {
    let world = world_with(Fault::new(FaultKind::Html { status: 200 }).count(0));
    world
        .apply()
        .fails_with("signing in to Azure failed")
        .says("/oauth2/v2.0/token returned status 200 with no token but:");
}

#[test]
fn a_token_that_expires_in_the_middle_of_an_apply() {
    let world = World::new();
    world.config(&pieces::one_of_each());
    for path in ["/privateDnsZones/", "/privateEndpoints/", "/workspaces/"] {
        world.cloud.fault(Fault::new(FaultKind::ExpiredToken).path(path));
        world.cloud.fault(Fault::new(FaultKind::ExpiredToken).path(path).nth(3));
    }
    world.apply().creates(5);
    world.plan().is_quiet();
}

#[test]
fn a_token_that_is_never_good() {
    let world = World::new();
    world.config(pieces::ZONE);
    let fault = Fault::new(FaultKind::ExpiredToken).path("/subscriptions/");
    world.cloud.fault(fault.count(0));
    world.apply().fails_with("ExpiredAuthenticationToken");
}

#[test]
fn a_token_file_that_is_replaced_in_the_middle_of_an_apply() {
    let mut world = world();
    let token = world.cloud.assertion();
    let file = secret_file(&world, "token", &token);
    world.set("ARM_USE_OIDC", "true").set("ARM_OIDC_TOKEN_FILE_PATH", &file);
    world.cloud.hold(true);
    let mut running = world.start(&["apply", "-input=false", "-auto-approve"]);
    running.wait_until("the zone is being made", || {
        let requests = world.cloud.requests();
        requests.iter().any(|request| request.method == "PUT")
    });
    // What comes now is not good any more, and neither is the first file's content.
    let second = world.cloud.assertion();
    secret_file(&world, "token", &second);
    world.cloud.fault(Fault::new(FaultKind::ExpiredToken).path("/subscriptions/"));
    world.cloud.hold(false);
    world.end(running).creates(1);
    world.plan().is_quiet();
}

#[test]
fn a_file_that_is_not_there() {
    let mut world = world();
    world.set("ARM_USE_OIDC", "true").set("ARM_OIDC_TOKEN_FILE_PATH", "/none/token");
    world
        .apply()
        .fails_with("`oidc_token_file_path` names a file that cannot be used")
        .says("/none/token cannot be read")
        .says("ARM_OIDC_TOKEN_FILE_PATH");
}

#[test]
fn a_certificate_with_another_password() {
    let mut world = world();
    let path = super::fixture("modern.pfx");
    world
        .set("ARM_CLIENT_CERTIFICATE_PATH", path.to_str().unwrap())
        .set("ARM_CLIENT_CERTIFICATE_PASSWORD", "other-hush");
    world
        .apply()
        .fails_with("Check the password and the file")
        .says("`client_certificate_path` from the environment variable")
        .keeps_quiet_about("other-hush");
}

#[test]
fn a_subscription_of_another_tenant() {
    let world = World::new();
    world.config(pieces::ZONE);
    let words = "The access token is from the wrong issuer.";
    let fault = Fault::status(401, "InvalidAuthenticationTokenTenant", words);
    world.cloud.fault(fault.path("/subscriptions/").count(0));
    world.apply().fails_with(words).says("The subscription belongs to a different tenant");
}

#[test]
fn a_clock_that_is_wrong_by_five_minutes() {
    let mut world = world();
    let app = Platform::start(&mut world);
    world
        .unset("ARM_CLIENT_ID")
        .set("ARM_USE_MSI", "true")
        .set("ARM_MSI_ENDPOINT", &app.url("/late-app"));
    world.config(&pieces::one_of_each());
    world.apply().creates(5);
    assert!(one_for_each_process(app.seen().len()), "{:?}", app.seen());
}

#[test]
fn a_cloud_that_does_not_tell_of_itself_for_a_moment() {
    let world = World::new();
    let fault = Fault::new(FaultKind::ResetBefore).path("/metadata/endpoints");
    world.cloud.fault(fault.count(2));
    world.config(pieces::ZONE);
    world.apply().creates(1);
}

/// Neither a warning nor an error for each resource, whether it is to be made or there already.
#[test]
fn a_sign_in_that_fails_is_told_once() {
    let mut world = World::new();
    world.config(&pieces::one_of_each());
    let once = |world: &World| {
        let outcome = world.plan().fails_with("AADSTS7000215").keeps_quiet_about("Checks not run");
        assert_eq!(outcome.output().matches("Error: ").count(), 1, "{}", outcome.output());
    };
    let secret = world.cloud.client_secret();
    world.set("ARM_CLIENT_SECRET", "not-the-secret");
    once(&world);
    world.set("ARM_CLIENT_SECRET", &secret);
    world.apply().creates(5);
    world.set("ARM_CLIENT_SECRET", "not-the-secret");
    once(&world);
}

#[test]
fn a_token_is_trimmed_wherever_it_comes_from() {
    let mut world = world();
    let token = format!(" {}\n", world.cloud.assertion());
    world.set("ARM_USE_OIDC", "true").set("ARM_OIDC_TOKEN", &token);
    world.apply().creates(1);
}

/// What is referred to is in a subscription of a tenant that the token is not of: no role helps,
/// so nothing is waited for.
#[test]
fn a_reference_into_another_tenant_is_told_at_once() {
    let world = World::new();
    let words = "The client has permission to perform action 'A' on scope 's', however the current \
                 tenant 't' is not authorized to access linked subscription 'sub-of-others'.";
    let fault = Fault::status(403, "LinkedAuthorizationFailed", words).method("PUT");
    world.cloud.fault(fault.path("/virtualNetworkLinks/").count(0));
    let provider = "provider \"azureai\" {\n  rbac_propagation_timeout = \"10m\"\n}\n";
    world.config_with_provider(provider, &[pieces::ZONE, pieces::LINK].concat());
    let refused = world.apply().fails_with("`auxiliary_tenant_ids`").says("sub-of-others");
    assert!(refused.time() < std::time::Duration::from_secs(60), "{:?}", refused.time());
}
