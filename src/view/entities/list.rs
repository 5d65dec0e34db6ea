//! The list of entities.

use super::form::EntityForm;
use crate::app::command::Command;
use crate::app::entities::{EntityRows, count_entities};
use crate::app::workspace::Workspace;
use crate::browser::route::Route;
use crate::browser::viewport;
use crate::core::id::RecordId;
use crate::core::wording::plural;
use leptos::html::Button;
use leptos::prelude::*;

/// The most entities that are drawn; whoever looks for another one filters.
const MOST: usize = 300;

/// What is in the page `#/entities`.
#[component]
pub fn EntityList() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let words = RwSignal::new(String::new());
    let named = Memo::new(move |_| {
        workspace.revision.track();
        workspace.named_entities()
    });
    let list = Memo::new(move |_| {
        workspace.revision.track();
        named.with(|named| words.with(|words| workspace.entity_rows(words, MOST, named)))
    });
    let shown = move || {
        list.with(
            |list| match (words.with(|words| words.trim().is_empty()), list.found) {
                (true, _) => count_entities(list.all),
                (false, 0) => "No entity has these words in its name or its aliases".to_owned(),
                (false, found) => format!("{found} of {}", count_entities(list.all)),
            },
        )
    };
    let rest = move || {
        let rest = list.with(|list| list.found - list.rows.len());
        (rest > 0).then(|| {
            let rest = format!("And {} more: filter the list to see them.", count_entities(rest));
            view! { <p class="quiet-text">{rest}</p> }
        })
    };
    let is_empty = move || list.with(|list| list.all == 0);
    view! {
        <h1>"Entities"</h1>
        <p class="quiet-text">
            "Who speaks in the articles, each under all spellings, so that an attribution can name who it is."
        </p>
        <div class="entity-tools">
            <label>
                "Filter"
                <input
                    type="search"
                    placeholder="Name or alias"
                    prop:value=move || words.get()
                    on:input=move |event| words.set(event_target_value(&event))
                />
            </label>
            <New/>
            <button on:click=move |_| workspace.dispatch(Command::Import)>"Load a list (CSV)"</button>
            <button
                aria-disabled=move || is_empty().to_string()
                on:click=move |_| if !list.with_untracked(|list| list.all == 0) { workspace.download_entities() }
            >
                "Download as CSV"
            </button>
        </div>
        <p class="quiet-text" aria-live="polite">{shown}</p>
        <Show when=is_empty>
            <p class="quiet-text entity-hint">
                "None yet. Add one here, name one in the fields of an attribution, or load a list with the columns "
                <code>"id"</code> ", " <code>"name"</code> " and " <code>"aliases"</code>
                ", or as the Wikidata query service writes it."
            </p>
        </Show>
        <ul class="rows entities" aria-label="Entities">
            <For
                each=move || list.with(|list| list.rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>())
                key=Clone::clone
                let:id
            >
                <Row id list/>
            </For>
        </ul>
        {rest}
    }
}

/// The button that opens the form for a new entity, and the form.
#[component]
fn New() -> impl IntoView {
    let is_open = RwSignal::new(false);
    let button = NodeRef::<Button>::new();
    view! {
        <button node_ref=button aria-expanded=move || is_open.get().to_string() on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)>
            "New entity"
        </button>
        {form(None, is_open, button)}
    }
}

#[component]
fn Row(id: RecordId, list: Memo<EntityRows>) -> impl IntoView {
    let href = Route::Entity(id.clone()).href();
    let is_open = RwSignal::new(false);
    let button = NodeRef::<Button>::new();
    let form = form(Some(id.clone()), is_open, button);
    // The row stays when its entity changes, and with it the focus.
    let row = Memo::new(move |_| list.with(|list| list.rows.iter().find(|row| row.id == id).cloned()));
    let name = move || row.get().map(|row| row.entity.name.to_string());
    view! {
        <li>
            <div>
                <a href=href>{name}</a>
                <p>{move || row.get().map(|row| row.entity.aliases.join(" · "))}</p>
            </div>
            <div class="state">
                {move || row.get().filter(|row| row.mentions > 0).map(|row| plural(row.mentions, "attribution"))}
            </div>
            <button
                node_ref=button
                class="quiet"
                aria-label=move || format!("Edit {}", name().unwrap_or_default())
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                "Edit"
            </button>
            {form}
        </li>
    }
}

/// The form for an entity while it is open; closing it gives the focus back to the button that opened it.
pub(super) fn form(id: Option<RecordId>, is_open: RwSignal<bool>, button: NodeRef<Button>) -> AnyView {
    let leave = Callback::new(move |()| {
        // The entity may be deleted, and its row with it.
        is_open.try_set(false);
        if let Some(Some(button)) = button.try_get_untracked() {
            viewport::focus(&button);
        }
    });
    let form = move || is_open.get().then(|| view! { <EntityForm id=id.clone() leave/> });
    form.into_any()
}
