//! The program of the image, started as an engine starts it, with the real Terraform as its client.

use super::stage::Stage;

/// Commands of a client on another machine, which knows the address only.
const CLIENT: &str = r#"
get() { curl --fail --silent --show-error --retry 60 --retry-delay 1 --retry-all-errors "$@"; }
get --output ca.pem http://emulator:8080/ca.pem
get --output emulator.sh "http://emulator:8080/environment.sh?ca=$PWD/ca.pem"
. ./emulator.sh
count() { get "https://emulator:8443/_emulator/counters" | grep -o '"resources":[0-9]*'; }
"#;

#[test]
fn terraform_applies_and_destroys_with_the_image_by_its_host_name() {
    let Some(stage) = Stage::new() else { return };
    let said = stage.run(&format!(
        r#"
log={log}
run-image AZUREAI_EMULATOR_HOST=emulator AZUREAI_EMULATOR_OPERATION_SECONDS=0.2 \
  AZUREAI_EMULATOR_LOG=true -- > "$log" 2>&1 &
emulator=$!
{CLIENT}
grep -q '^ *65532 ' /proc/$emulator/uid_map
grep -q '^CapEff:.0*$' /proc/$emulator/status
before=$(count)
terraform init -input=false
terraform apply -input=false -auto-approve
[ "$(count)" != "$before" ]
terraform plan -input=false -detailed-exitcode
terraform destroy -input=false -auto-approve
[ "$(count)" = "$before" ]
kill -TERM $emulator
wait $emulator
grep -q 'Other machines can reach it at 0.0.0.0:8443' "$log"
grep -q 'PUT .*privateDnsZones' "$log"
"#,
        log = stage.path("emulator.log"),
    ));
    assert!(said.contains("Apply complete! Resources: 2 added"), "{said}");
    assert!(said.contains("Destroy complete! Resources: 2 destroyed"), "{said}");
}

#[test]
fn the_image_refuses_a_name_that_it_was_not_given_and_says_how_to_give_it() {
    let Some(stage) = Stage::new() else { return };
    let said = stage.run(&format!(
        "run-image -- > {log} 2>&1 &\n\
         curl --silent --show-error --retry 60 --retry-delay 1 --retry-connrefused \
         http://emulator:8080/ca.pem\n\
         curl --fail --silent --show-error http://localhost:8080/ca.pem\n",
        log = stage.path("emulator.log"),
    ));
    assert!(said.contains("for the host 'emulator:8080'"), "{said}");
    assert!(said.contains("start it with --host NAME"), "{said}");
    assert!(said.contains("-----BEGIN CERTIFICATE-----"), "{said}");
}

#[test]
fn a_file_option_without_a_volume_fails_with_the_path() {
    let Some(stage) = Stage::new() else { return };
    let finished = stage.attempt("run-image -- --state /state.json\n");
    assert_eq!(finished.code, Some(1), "{}", finished.output);
    assert!(finished.output.contains("/state.json"), "{}", finished.output);
}
