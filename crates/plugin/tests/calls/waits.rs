//! Long calls: what their end reports, and what an action reports on its way.

use futures::StreamExt;
use std::time::Duration;
use terraform_plugin::action::Progress;
use terraform_plugin::codec;
use terraform_plugin::prelude::*;
use terraform_plugin::proto::tfplugin5 as wire;
use terraform_plugin::proto::tfplugin5::provider_server::Provider as Calls;
use terraform_plugin::serve::Lifecycle;
use tokio::time::sleep;
use tonic::Request;
use wire::invoke_action::event::Type as Event;

/// A kiln, or the firing of one.
#[derive(Model)]
struct Kiln {
    /// Minutes to cool.
    cools: i64,
}

/// The kilns, and the action that fires one.
struct Kilns;

impl Kilns {
    async fn fire(kiln: &Kiln, context: &Context) {
        let cools = Duration::from_secs(60 * u64::try_from(kiln.cools).unwrap());
        let wait = context.waits.begin("the kiln to cool", context.timeout);
        sleep(cools).await;
        drop(wait);
        let _wait = context.waits.begin("the glaze", context.timeout);
        sleep(Duration::from_secs(180)).await;
    }
}

#[async_trait]
impl Resource for Kilns {
    type Model = Kiln;

    fn name(&self) -> &'static str {
        "lab_kiln"
    }

    async fn create(&self, planned: Kiln, context: &Context) -> Result<Kiln, Diagnostics> {
        Self::fire(&planned, context).await;
        context.warn(Diagnostic::warning("Hot", ""));
        Ok(planned)
    }

    async fn read(&self, state: Kiln, _: &Context) -> Result<Option<Kiln>, Diagnostics> {
        Ok(Some(state))
    }

    async fn update(&self, _: Kiln, planned: Kiln, _: &Context) -> Result<Kiln, Diagnostics> {
        Ok(planned)
    }

    async fn delete(&self, prior: Kiln, context: &Context) -> Result<(), Diagnostics> {
        Self::fire(&prior, context).await;
        Err(Diagnostic::error("The kiln is stuck", "").into())
    }
}

#[async_trait]
impl Action for Kilns {
    type Model = Kiln;

    fn name(&self) -> &'static str {
        "lab_fire"
    }

    async fn invoke(
        &self,
        config: Kiln,
        _: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics> {
        Self::fire(&config, context).await;
        Ok(())
    }
}

/// A provider of kilns.
struct Pottery;

impl Provider for Pottery {
    fn block(&self) -> Block {
        Block::new("A pottery.")
    }

    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        vec![Box::new(Kilns)]
    }

    fn actions(&self) -> Vec<Box<dyn AnyAction>> {
        vec![Box::new(Kilns)]
    }
}

fn pottery() -> Service {
    Service::new(Pottery, Lifecycle::default())
}

fn kiln(cools: i64) -> Option<wire::DynamicValue> {
    Some(codec::encode(&Kiln { cools }.encode(), &Kiln::block().ty()))
}

/// Creates a kiln, or destroys it.
async fn apply(cools: i64, creates: bool) -> Vec<wire::Diagnostic> {
    let nothing = Some(codec::encode(&Value::Null, &Kiln::block().ty()));
    let [prior, planned] = match creates {
        true => [nothing, kiln(cools)],
        false => [kiln(cools), nothing],
    };
    let request = wire::apply_resource_change::Request {
        type_name: "lab_kiln".to_owned(),
        config: planned.clone(),
        prior_state: prior,
        planned_state: planned,
        ..Default::default()
    };
    let answer = pottery().apply_resource_change(Request::new(request)).await.unwrap();
    answer.into_inner().diagnostics
}

#[tokio::test(start_paused = true)]
async fn a_long_call_ends_with_a_warning_about_what_took_how_long() {
    let found = apply(9, true).await;
    let summaries: Vec<&str> = found.iter().map(|it| it.summary.as_str()).collect();
    assert_eq!(summaries, ["Hot", "Creating lab_kiln took 12 minutes"]);
    let detail = &found[1].detail;
    for words in ["9 minutes waiting for the kiln to cool", "3 minutes waiting for the glaze"] {
        assert!(detail.contains(words), "{detail}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_of_at_most_five_minutes_says_nothing_of_its_waits() {
    let found = apply(2, true).await;
    assert_eq!(found.iter().map(|it| it.summary.as_str()).collect::<Vec<_>>(), ["Hot"]);
}

#[tokio::test(start_paused = true)]
async fn a_long_call_that_fails_has_the_warning_beside_the_error() {
    let found = apply(9, false).await;
    let summaries: Vec<&str> = found.iter().map(|it| it.summary.as_str()).collect();
    assert_eq!(summaries, ["Destroying lab_kiln took 12 minutes", "The kiln is stuck"]);
}

#[tokio::test(start_paused = true)]
async fn an_action_reports_its_wait_every_minute() {
    let request = wire::invoke_action::Request {
        action_type: "lab_fire".to_owned(),
        config: kiln(3),
        ..Default::default()
    };
    let mut stream = pottery().invoke_action(Request::new(request)).await.unwrap().into_inner();
    let (mut messages, mut found) = (Vec::new(), Vec::new());
    while let Some(event) = stream.next().await {
        match event.unwrap().r#type.unwrap() {
            Event::Progress(progress) => messages.push(progress.message),
            Event::Completed(completed) => found = completed.diagnostics,
        }
    }
    assert!(messages.len() >= 5, "{messages:?}");
    let first = "Running lab_fire: waiting for the kiln to cool for 1 minute; 1 minute since the \
                 start; gives up in 19 minutes";
    assert_eq!(messages[0], first);
    assert!(messages[4].contains("waiting for the glaze"), "{messages:?}");
    let summaries: Vec<&str> = found.iter().map(|it| it.summary.as_str()).collect();
    assert_eq!(summaries, ["Running lab_fire took 6 minutes"]);
}
