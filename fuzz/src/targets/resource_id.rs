//! Resource IDs: an ID that parses is safe in a URL path, and parses to the same ID when written.

use azure::id::ResourceId;

/// Runs one input.
pub fn run(text: &str) {
    let Ok(id) = ResourceId::parse(text) else {
        return;
    };
    let written = id.to_string();
    assert_eq!(ResourceId::parse(&written).as_ref(), Ok(&id), "{text:?}");
    for segment in written.split('/').skip(1) {
        assert!(!segment.is_empty() && segment != "." && segment != "..", "{written:?}");
        assert!(!segment.contains(['?', '#', '%', '\\', ' ']), "{written:?}");
    }
    let mut parent = id.parent();
    while let Some(above) = parent {
        assert!(written.starts_with(above.as_str()), "{above} is not above {written}");
        assert!(ResourceId::parse(above.as_str()).is_ok(), "{above}");
        parent = above.parent();
    }
    let (name, ty) = (id.name().to_owned(), id.resource_type());
    assert_eq!(id.canonical(&ty).name(), name);
    assert!(id.is_type(&ty.to_uppercase()) || !ty.is_ascii());
}
