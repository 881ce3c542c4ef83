"""Lists of one collection: sorted, filtered, searched, paged and exported, on Flask-Admin's list machinery.

The queries are our own instead of `flask_admin.contrib.pymongo`'s, which loses the soft-delete filter as soon as one
filter is active, shows dotted fields as blanks and writes whole documents back.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response, request, stream_with_context
from flask_admin.form import BaseForm
from flask_admin.model import BaseModelView

from lms.admin import formats, guard
from lms.admin.filters import Between, Narrowing, flat
from lms.admin.formats import Format
from lms.admin.pages import StaffView, page
from lms.errors import InvalidRequest
from lms.models.base import Collection, Filter, now
from lms.models.stages import Stages

PAGE_SIZE = 50
NEAR_PAGES = 20
LAST_PAGE = 100_000
MOST_SEARCHED = 200


@dataclass(frozen=True)
class Column:
    """`field` may be dotted; `sort` needs an index on the field and `_id`; `link` leads to the row's page."""

    field: str
    title: str
    show: Format = formats.text
    sort: bool = False
    link: bool = False

    def value(self, row: Mapping[str, Any]) -> Any:
        found: Any = row
        for part in self.field.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    @property
    def csv_title(self) -> str:
        return f"{self.title} ({self.show.unit})" if self.show.unit else self.title


@dataclass(frozen=True)
class Bulk:
    """A button for the rows that are ticked, which sends them to the action of that name."""

    action: str
    label: str
    reason: bool = False
    """Whether a reason is asked for."""


class Echo:
    """A file that hands what is written straight back, so that rows can be sent one by one."""

    def write(self, line: str) -> str:
        return line


class ListView(StaffView, BaseModelView):  # type: ignore[misc]
    collection: ClassVar[Collection[Any]]
    columns: ClassVar[Sequence[Column]]
    where: ClassVar[Filter] = {}
    stages: ClassVar[Stages] = ()
    filters: ClassVar[Sequence[Narrowing | Between]] = ()
    bulk: ClassVar[Sequence[Bulk]] = ()
    default_sort: ClassVar[tuple[str, int]] = ("_id", -1)
    search_hint: ClassVar[str] = ""
    """What the search looks through; lists without one cannot be searched."""
    empty: ClassVar[str] = "There is nothing here yet."
    lead: ClassVar[str] = ""
    """A sentence about the list, above it."""

    can_create = can_edit = can_delete = can_set_page_size = False
    page_size = PAGE_SIZE
    list_template = "staff/list.html"

    def __init__(self) -> None:
        self.column_list = [column.field for column in self.columns]
        self.column_labels = {column.field: column.title for column in self.columns}
        self.column_sortable_list = [column.field for column in self.columns if column.sort]
        self.column_filters = flat(self.filters)
        endpoint = f"staff_{self.slug}"
        BaseModelView.__init__(self, type(self.collection), self.title, self.group, endpoint, self.slug)

    def searching(self, text: str) -> Filter:
        """What the search box means as a query."""
        raise NotImplementedError

    @page("/")
    def index_view(self) -> Any:
        html = BaseModelView.index_view.__wrapped__(self)
        return (html, 400) if self.faults else html

    @page("/export.csv")
    def export_csv(self) -> Response:
        """Everything that is filtered, in the order shown, sent as it is read."""
        arguments = self._get_list_extra_args()
        if self.faults:
            raise InvalidRequest("A filter cannot be read.", errors=self.faults)
        where, order = self._where(arguments.search, arguments.filters), self._order(arguments)
        rows = self.collection.stream(where, [{"$sort": order}, *self.stages])
        name = f"{self.slug}-{now():%Y-%m-%d}.csv"
        return Response(
            stream_with_context(self._lines(rows)),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _lines(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
        writer = csv.writer(Echo())
        yield "\ufeff" + writer.writerow([column.csv_title for column in self.columns])
        for row in rows:
            yield writer.writerow([column.show.plain(column.value(row)) for column in self.columns])

    def _order(self, arguments: Any) -> dict[str, int]:
        column = self._get_column_by_idx(arguments.sort)
        return self._sort(column[0] if column else None, arguments.sort_desc)

    def _sort(self, field: str | None, descending: Any) -> dict[str, int]:
        if field is None or field not in self.column_sortable_list:
            field, direction = self.default_sort
        else:
            direction = -1 if descending else 1
        return {field: direction, "_id": direction}

    def _where(self, search: str | None, filters: Any) -> Filter:
        clauses: list[Filter] = [self.where] if self.where else []
        visible = (letter for letter in search or "" if letter.isprintable() or letter.isspace())
        looked_for = " ".join("".join(visible).split())
        if looked_for and self.search_hint:
            clauses.append(self.searching(looked_for[:MOST_SEARCHED]))
        for position, _, value in filters or ():
            clauses = self._filters[position].apply(clauses, value)
        return {"$and": clauses} if clauses else {}

    def get_list(
        self,
        page: int | None,
        sort_field: str | None,
        sort_desc: Any,
        search: str | None,
        filters: Any,
        execute: bool = True,
        page_size: int | None = None,
    ) -> tuple[int, list[dict[str, Any]]]:
        """How many rows there are, and those of one page."""
        where, sort = self._where(search, filters), self._sort(sort_field, sort_desc)
        number = min(max(page or 0, 0), LAST_PAGE) + 1
        total = None if where or self.collection.soft_delete else self.collection.raw.estimated_document_count()
        if number > NEAR_PAGES:
            rows = self._far_page(where, sort, number)
            return self.collection.count(where) if total is None else total, rows
        found = self.collection.page(where, self.stages, sort, number, PAGE_SIZE, total)
        return found.total, found.items

    def _far_page(self, where: Filter, sort: dict[str, int], number: int) -> list[dict[str, Any]]:
        """A page far from the first: MongoDB passes over the keys of an index faster than over documents."""
        window: list[dict[str, Any]] = [{"$sort": sort}, {"$skip": (number - 1) * PAGE_SIZE}, {"$limit": PAGE_SIZE}]
        ids = [row["_id"] for row in self.collection.aggregate(where, [*window, {"$project": {"_id": 1}}])]
        return self.collection.aggregate({"_id": {"$in": ids}}, [{"$sort": sort}, *self.stages])

    def _get_list_filter_args(self) -> list[Any]:
        """The filters in the address that have a value; what is wrong with one is told, and it is left out."""
        active: list[Any] = []
        for argument, value in request.args.items():
            _, _, key = argument.partition("_")
            if not argument.startswith("flt") or key not in (self._filter_args or {}) or not value:
                continue
            position, narrowing = self._filter_args[key]
            if narrowing.validate(value):
                active.append((position, narrowing.name, value))
            else:
                self.faults[narrowing.name] = "This is not a value it can have."
        return active

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong with the filters of this request, by their labels."""
        return guard.visit().filter_faults

    def get_filter_arg(self, index: int, flt: Narrowing) -> str:
        return str(flt.key_name)

    def chosen(self, narrowing: Narrowing) -> str:
        """What the address says of a filter."""
        return request.args.get(f"flt0_{narrowing.key_name}", "")

    def allowed_bulk(self) -> list[Bulk]:
        """What whoever looks may do with ticked rows."""
        return [each for each in self.bulk if self.may(each.action)]

    def was_selected(self, row: Mapping[str, Any]) -> bool:
        """Whether the form that was just refused had the row ticked, in whatever revision."""
        return str(row["_id"]) in {each.partition(":")[0] for each in request.form.getlist("id")}

    def address_of(self, row: Mapping[str, Any]) -> str:
        """The row's page."""
        [rule] = [url for url, name, _ in self._urls if name == "details"]
        arguments = {re.findall(r"<(?:\w+:)?(\w+)>", rule)[0]: row["_id"]}
        address: str = self.get_url(f"{self.endpoint}.details", **arguments)
        return address

    def get_pk_value(self, model: Mapping[str, Any]) -> Any:
        return model["_id"]

    def get_empty_list_message(self) -> str:
        return self.empty

    def init_search(self) -> bool:
        return bool(self.search_hint)

    def scaffold_list_columns(self) -> list[str]:
        return list(self.column_list)

    def scaffold_sortable_columns(self) -> dict[str, str]:
        return {field: field for field in self.column_sortable_list}

    def scaffold_form(self) -> Any:
        return BaseForm

    def scaffold_list_form(self, widget: Any = None, validators: Any = None) -> Any:
        return BaseForm
