//! What no template may hold, since nothing may bypass escaping or the content security policy.

use std::fs;
use std::path::{Path, PathBuf};

fn templates(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(templates(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// The names of attributes that appear in a template's tags.
fn attributes(source: &str) -> Vec<String> {
    let words =
        source.split(|character: char| character.is_whitespace() || "<>".contains(character));
    words
        .filter_map(|word| word.split_once('=').filter(|(name, _)| !name.is_empty()))
        .map(|(name, _)| name.to_ascii_lowercase())
        .filter(|name| {
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b':')
        })
        .collect()
}

#[test]
fn nothing_is_inline_and_nothing_skips_escaping() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates");
    let all = templates(&folder);
    assert!(all.len() > 20, "{}", all.len());
    for path in all {
        let source = fs::read_to_string(&path).unwrap();
        let name = path.display();
        for forbidden in ["safe", "escape"] {
            let filter = source
                .split('|')
                .skip(1)
                .any(|rest| rest.trim_start().starts_with(forbidden));
            assert!(!filter, "{name} uses the filter {forbidden}");
        }
        for attribute in attributes(&source) {
            let handler = attribute.starts_with("on") || attribute.starts_with("hx-on");
            assert!(!handler && attribute != "style", "{name} has {attribute}");
        }
        assert!(
            !source.contains("<style")
                && !source.contains("javascript:")
                && !source.contains("js:"),
            "{name}"
        );
        let scripts = source.matches("<script").count();
        assert_eq!(
            scripts,
            source.matches("<script src=").count(),
            "{name} has an inline script"
        );
    }
}

#[test]
fn every_icon_is_in_the_sprite_and_every_one_in_it_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sprite = fs::read_to_string(root.join("static/vendor/icons.svg")).unwrap();
    let sources: String = templates(&root.join("templates"))
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let named = |text: &str, before: &str| -> Vec<String> {
        let ends = text.split(before).skip(1);
        ends.map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    let drawn = named(&sprite, "<symbol id=\"");
    assert!(drawn.len() > 20, "{drawn:?}");
    for icon in named(&sources, "icon(\"") {
        assert!(drawn.contains(&icon), "{icon} is not in the sprite");
    }
    for icon in &drawn {
        assert!(
            sources.contains(&format!("\"{icon}\"")),
            "{icon} is not used"
        );
    }
}

#[test]
fn the_check_finds_what_it_looks_for() {
    let source = "<p class=\"a\" style=\"x\" {{ x }} onclick=\"y\">{{ a == b }}</p>";
    assert_eq!(attributes(source), ["class", "style", "onclick"]);
}
