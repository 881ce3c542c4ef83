"""The way in for the data of a school that runs on a copy of StudyNotion's Express and Mongoose server.

Their documents are read and never written. `survey` learns what belongs to what, a module a kind of document says as a
function of nothing else what each becomes here, `copy` writes that, `proof` counts again.
"""
