//! Imports accept an ID in any casing, and only IDs of the resource's type.

use crate::pool::import_id;
use crate::samples::{self, Samples};
use crate::session::{Session, decoded, errors};
use crate::shape::Subject;
use plugin::value::Value;

/// Returns spellings of an ID that Azure treats as equal.
fn spellings(id: &str) -> [String; 4] {
    let mixed = id.chars().enumerate().map(|(index, letter)| {
        if index % 3 == 0 { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
    });
    [id.to_owned(), id.to_ascii_lowercase(), id.to_ascii_uppercase(), mixed.collect()]
}

/// Imports an ID and returns the state.
async fn imported(session: &Session, subject: &Subject, id: &str) -> Value {
    let answer = session.import(&subject.name, id).await;
    assert!(answer.diagnostics.is_empty(), "{} {id}: {answer:#?}", subject.name);
    let [object] = &answer.imported_resources[..] else { panic!("{answer:#?}") };
    assert_eq!(object.type_name, subject.name);
    decoded(&subject.name, object.state.as_ref(), &subject.ty)
}

#[tokio::test]
async fn an_id_is_accepted_in_any_casing() {
    let session = Session::start().await;
    for Samples { subject, .. } in samples::resources().await {
        let example = import_id(&subject.name);
        for id in spellings(&example) {
            let state = imported(&session, subject, &id).await;
            assert!(!state.has_unknown(), "{}: {state:#?}", subject.name);
            let taken = state.get("id").as_str().expect("an ID").to_owned();
            assert!(taken.eq_ignore_ascii_case(&example), "{}: {taken}", subject.name);
            for nested in &subject.shape.blocks {
                let (is, absent) = (state.get(&nested.name), nested.absent());
                assert_eq!(*is, absent, "{}.{}", subject.name, nested.name);
            }
        }
    }
}

#[tokio::test]
async fn an_imported_object_that_cannot_be_read_stays_imported() {
    let session = Session::start().await;
    for Samples { subject, .. } in samples::resources().await {
        let state = imported(&session, subject, &import_id(&subject.name)).await;
        let read = crate::failing::read(&session, subject, &state).await;
        assert_eq!(read, state, "{}", subject.name);
    }
}

#[tokio::test]
async fn an_id_of_another_type_is_an_error() {
    let session = Session::start().await;
    let group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai";
    for Samples { subject, .. } in samples::resources().await {
        let own = import_id(&subject.name);
        let nonsense = [
            String::new(),
            "nonsense".to_owned(),
            "https://example.com/".to_owned(),
            "/subscriptions//resourceGroups//".to_owned(),
            group.to_owned(),
            format!("{group}/providers/Microsoft.Nothing/things/thing"),
            format!("{own}/"),
            format!("{own}|"),
            format!("{own}/children/child"),
            format!(" {own}\n"),
            own.replace("rg-ai", "rg\u{0}ai"),
        ];
        for id in nonsense {
            let answer = session.import(&subject.name, &id).await;
            // The provider may accept whitespace around an ID or a trailing slash, but must not
            // keep it.
            if let [object] = &answer.imported_resources[..] {
                let state = object.state.as_ref();
                let state = decoded(&subject.name, state, &subject.ty);
                let taken = state.get("id").as_str().expect("an ID").to_owned();
                let same = taken.eq_ignore_ascii_case(&own);
                assert!(same, "{}: {id:?} is taken for {taken:?}", subject.name);
                continue;
            }
            let errors = errors(&answer.diagnostics);
            assert!(!errors.is_empty(), "{}: {id:?} is no error", subject.name);
            assert!(errors.iter().all(|it| !it.detail.is_empty()), "{errors:#?}");
        }
    }
}
