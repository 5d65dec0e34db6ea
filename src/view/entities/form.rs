//! The form that makes, changes or deletes an entity.

use crate::app::workspace::Workspace;
use crate::browser::viewport;
use crate::core::id::RecordId;
use crate::core::record::Entity;
use crate::core::wording::plural;
use crate::formats::limits::LONGEST_TYPED;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Input;
use leptos::prelude::*;

/// The form. It takes the focus, and calls `leave` when it is done with.
#[component]
pub fn EntityForm(
    /// Which entity it changes; none where it makes a new one.
    id: Option<RecordId>,
    /// Closes the form and puts the focus back.
    leave: Callback<()>,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let before = id.as_ref().and_then(|id| workspace.entity(id));
    let name = RwSignal::new(
        before
            .as_ref()
            .map(|entity| entity.name.to_string())
            .unwrap_or_default(),
    );
    let aliases = RwSignal::new(before.map(|entity| entity.aliases.join("\n")).unwrap_or_default());
    let field = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            request_animation_frame(move || viewport::focus(&field));
        }
    });

    let kept = id.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let entity = Entity {
            name: name.get_untracked().into(),
            aliases: aliases.get_untracked().lines().map(Into::into).collect(),
        };
        let is_nameless = entity.name.trim().is_empty();
        match &kept {
            Some(id) => workspace.put_entity(id.clone(), entity),
            None => workspace.add_entity(entity),
        }
        // Why an entity without a name is refused has been told.
        if !is_nameless {
            leave.run(());
        }
    };
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            leave.run(());
        }
    };
    let save = if id.is_some() { "Save entity" } else { "Add entity" };
    let deletion = id.map(|id| view! { <Deletion id leave/> }.into_any());
    view! {
        <form class="entity-form" on:submit=submit on:keydown=escape>
            <label>
                "Name"
                <input
                    node_ref=field
                    type="text"
                    autocomplete="off"
                    required
                    maxlength=LONGEST_TYPED.to_string()
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </label>
            <label>
                "Aliases, one a line"
                <textarea
                    rows="3"
                    maxlength=LONGEST_TYPED.to_string()
                    prop:value=move || aliases.get()
                    on:input=move |event| aliases.set(event_target_value(&event))
                ></textarea>
            </label>
            <div class="entity-buttons">
                <button class="solid" type="submit">{save}</button>
                <button type="button" on:click=move |_| leave.run(())>"Cancel"</button>
            </div>
            {deletion}
        </form>
    }
}

/// The button that deletes an entity, and what that leaves behind.
#[component]
fn Deletion(id: RecordId, leave: Callback<()>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let about = format!("about-deleting-{id}");
    let described_by = about.clone();
    let kept = match workspace.named_entities().times(&id) {
        0 => "No attribution names it.".to_owned(),
        1 => "1 attribution names it, and will then name nobody on the list.".to_owned(),
        count => format!(
            "{} name it, and will then name nobody on the list.",
            plural(count, "attribution")
        ),
    };
    let delete = move |_| {
        workspace.remove_entity(&id);
        leave.run(());
    };
    view! {
        <div class="entity-deletion">
            <button type="button" aria-describedby=described_by on:click=delete>"Delete entity"</button>
            <p class="quiet-text" id=about>{kept}</p>
        </div>
    }
}
