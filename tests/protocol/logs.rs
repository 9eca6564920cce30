//! The process logs lines that Terraform can parse, without secrets.

use crate::process::{Ended, Start};
use crate::session::Session;
use plugin::value::Value;
use serde_json::Value as Json;

const SECRET: &str = "a-secret-that-nobody-may-see";

/// Runs calls that succeed and calls that fail.
async fn run(variables: &[(&str, &str)]) -> Ended {
    let start = Start::by_terraform();
    let start = variables.iter().fold(start, |start, (name, value)| start.variable(name, value));
    let session = Session::of(start.run().await).await;
    let known = session.subjects().await;
    let mut config = known[0].shape.empty();
    config.set_entry("client_secret", SECRET.into());
    config.set_entry("client_id", "00000000-0000-0000-0000-000000000001".into());
    session.validate(&known[0], &config).await;
    session.configure(&known[0], &config).await;
    for subject in &known[1..] {
        session.validate(subject, &subject.shape.empty()).await;
        if subject.is_resource() {
            session.import(&subject.name, "nonsense").await;
            session.plan(subject, &Value::Null, &subject.shape.empty()).await;
        }
    }
    session.stop().await;
    session.process.shut_down().await
}

fn check(line: &str) {
    let json: Json = serde_json::from_str(line).unwrap_or_else(|fault| panic!("{fault}: {line}"));
    // Terraform crashes on a message that is not a string.
    let text = |key: &str| json[key].as_str().unwrap_or_else(|| panic!("{key} of {line}"));
    assert!(!text("@message").is_empty(), "{line}");
    assert!(["trace", "debug", "info", "warn", "error"].contains(&text("@level")), "{line}");
    assert_eq!(text("@module").split('.').next(), Some("provider"), "{line}");
    let (seconds, fraction) = text("@timestamp").split_once('.').expect(line);
    assert_eq!(seconds.len(), "2026-01-01T00:00:00".len(), "{line}");
    let digits = fraction.strip_suffix('Z').expect(line);
    assert!(digits.len() == 6 && digits.bytes().all(|it| it.is_ascii_digit()), "{line}");
    assert!(line.len() < 64 << 10, "a line of {} bytes", line.len());
}

#[tokio::test]
async fn every_line_is_one_that_terraform_parses() {
    for level in ["TRACE", "json"] {
        let ended = run(&[("TF_LOG", level)]).await;
        assert!(ended.stderr.lines().count() > 0, "nothing was logged at {level}");
        ended.stderr.lines().for_each(check);
        assert!(!ended.stderr.contains(SECRET), "{}", ended.stderr);
        ended.cleanly();
    }
}

#[tokio::test]
async fn nothing_is_written_that_was_not_asked_for() {
    for variables in [&[][..], &[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "ERROR")]] {
        let ended = run(variables).await;
        assert_eq!(ended.stderr, "");
        ended.cleanly();
    }
}
