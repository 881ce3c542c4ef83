"""The way back: what is here, as the documents of StudyNotion's Express and Mongoose server.

`people`, `catalogue` and `learning` say as functions of nothing else what each becomes there, `run` reads and writes,
`losses` names what that server has no place for.
"""
