//! The README's programs are the files that it names.

use std::fs;
use std::path::Path;

const EXAMPLES: &[(&str, &str)] = &[
    ("c", "bindings/cpp/examples/hello.c"),
    ("cpp", "bindings/cpp/examples/hello.cpp"),
    ("php", "bindings/php/examples/hello.php"),
    ("rust", "examples/hello.rs"),
    ("cpp", "bindings/cpp/examples/session.cpp"),
    ("php", "bindings/php/examples/session.php"),
    ("rust", "examples/session.rs"),
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_readme_shows_the_examples_that_are_run() {
    let readme = read("README.md");
    for (language, path) in EXAMPLES {
        assert!(readme.contains(&format!("```{language}\n{}```", read(path))), "README.md differs from {path}");
    }
}

#[test]
fn the_links_of_the_documents_lead_somewhere() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut documents: Vec<_> = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    documents.extend(["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map(|name| root.join(name)));
    let mut links = 0;
    for document in documents.iter().filter(|path| path.extension().is_some_and(|end| end == "md")) {
        let text = fs::read_to_string(document).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap();
            if !file.is_empty() && !file.contains("://") {
                assert!(document.parent().unwrap().join(file).exists(), "{}: {target}", document.display());
                links += 1;
            }
        }
    }
    assert!(links > 10, "only {links} links");
}
